"""What ClusterTest asks of a cluster, in one application: MODEL PICTURES OUT, the model also shipped as an archive `shipped`."""
import json
import sys

from deed_spark import DeedTransformer
from pyspark.ml import Pipeline, PipelineModel
from pyspark.sql import SparkSession, functions as F

model, pictures, out = sys.argv[1:]
spark = SparkSession.builder.getOrCreate()
files = (
    spark.read.format("binaryFile").load(pictures).select("path", "content")
    .withColumn("question", F.lit("what is the markup of this screenshot?")).repartition(6)
)


def rows(answered):
    return [row.asDict(recursive=True) for row in answered.select("path", "answer.*").collect()]


def failure(action):
    try:
        action()
        return None
    except Exception as e:
        return f"{type(e).__name__}: {e}"


reader = DeedTransformer(model=model, imageCol="content", promptCol="question", handleInvalid="keep", threshold=0.9)
Pipeline(stages=[reader]).fit(files).write().overwrite().save(out + ".pipeline")
loaded = PipelineModel.load(out + ".pipeline")
reader.write().overwrite().save(out + ".reader")
again = DeedTransformer.load(out + ".reader")
# One after the other, so that both executors have opened the model when they are asked for the rest.
found = {
    "keep": rows(loaded.transform(files)),
    "counts": loaded.stages[0].counts(),
    "params": {param.name: again.getOrDefault(param) for param in again.params if again.isDefined(param)},
    "uids": [reader.uid, loaded.stages[0].uid, again.uid],
    "error": failure(lambda: again.setHandleInvalid("error").transform(files).count()),
    "inputs": failure(lambda: again.copy().setInput("words", "path").setOptions({"stop": ["."]}).transform(files)),
    "gone": failure(lambda: DeedTransformer(model=model, audioCol="content")),
    "schema": failure(lambda: again.copy().setImageCol("question").transform(files)),
    "shipped": rows(DeedTransformer(model="shipped", imageCol="content", promptCol="question", handleInvalid="skip",
                                    maxRows=4).transform(files)),
}
with open(out, "w") as file:
    json.dump(found, file)
