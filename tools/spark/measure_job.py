"""The application that tools/measure_spark times: MODEL KIND INPUT OUT PARTITIONS…; prints nothing, writes JSON."""
import json
import sys
import time

from deed_spark import DeedTransformer
from pyspark.sql import SparkSession, functions as F

model, kind, source, out = sys.argv[1:5]
spark = SparkSession.builder.getOrCreate()
if kind == "pictures":
    rows = spark.read.format("binaryFile").load(source).select("path", "content")
    rows = rows.withColumn("prompt", F.lit("what is the markup of this screenshot?"))
    reader = DeedTransformer(model=model, imageCol="content", promptCol="prompt")
else:
    rows = spark.read.json(source).select("id", "prompt")
    reader = DeedTransformer(model=model, promptCol="prompt", maxNewTokens=24)
times = []
for partitions in map(int, sys.argv[5:]):
    spread = rows.repartition(partitions).cache()
    count = spread.count()
    start = time.monotonic()
    reader.transform(spread).select("answer.text").write.format("noop").mode("overwrite").save()
    times.append({"partitions": partitions, "seconds": time.monotonic() - start, "rows": count})
    spread.unpersist(True)
with open(out, "w") as file:
    json.dump({"times": times, "counts": reader.counts()}, file)
