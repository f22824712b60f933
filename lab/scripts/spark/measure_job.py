"""The application that lab/scripts/measure_spark times: MODEL KIND INPUT OUT PARTITIONS…; prints nothing, writes JSON.

Each job takes rows of its own: an executor keeps the encoder outputs of rows that it saw.
"""
import glob
import json
import os
import sys
import time

from deed_spark import DeedTransformer
from pyspark.sql import SparkSession, functions as F

model, kind, source, out = sys.argv[1:5]
spark = SparkSession.builder.getOrCreate()
if kind == "pictures":
    rows = spark.read.format("binaryFile").load(source).select("path", "content")
    rows = rows.withColumn("id", F.regexp_extract("path", r"(\d+)\.png", 1).cast("int"))
    rows = rows.withColumn("prompt", F.lit("what is the markup of this screenshot?"))
    reader = DeedTransformer(model=model, imageCol="content", promptCol="prompt")
else:
    rows = spark.read.json(source).select("id", "prompt")
    reader = DeedTransformer(model=model, promptCol="prompt", options={"max_new_tokens": 24})


def executor_seconds():
    """Processor time of the executors so far: this driver's own, told by their SPARK_HOME."""
    ticks = 0
    for process in glob.glob("/proc/[0-9]*"):
        try:
            with open(process + "/cmdline", "rb") as file:
                command = file.read()
            if b"CoarseGrainedExecutorBackend" in command and os.environ["SPARK_HOME"].encode() in command:
                with open(process + "/stat") as file:
                    ticks += sum(map(int, file.read().rpartition(")")[2].split()[11:13]))
        except OSError:
            pass  # It has just ended.
    return ticks / os.sysconf("SC_CLK_TCK")


times = []
jobs = sys.argv[5:]
for job, partitions in enumerate(map(int, jobs)):
    spread = rows.where(F.col("id") % len(jobs) == job).repartition(partitions).cache()
    count = spread.count()
    start, before = time.monotonic(), executor_seconds()
    reader.transform(spread).select("answer.text").write.format("noop").mode("overwrite").save()
    seconds, processor = time.monotonic() - start, executor_seconds() - before
    times.append({"partitions": partitions, "seconds": seconds, "processor": processor, "rows": count})
    spread.unpersist(True)
with open(out, "w") as file:
    json.dump({"times": times, "counts": reader.counts()}, file)
