"""DEED in PySpark: a transformer that adds a column of answers.

    spark-submit --jars deed-spark.jar --py-files deed_spark.py job.py

    from deed_spark import DeedTransformer
    reader = DeedTransformer(model="/models/base", imageCol="content", promptCol="question")
    answers = reader.transform(files).select("path", "answer.text")

The work is done by the Java class dev.deed.spark.DeedTransformer, which deed-spark.jar holds. Parameters have the same
names and defaults there; see docs/spark.md.
"""

import sys

from pyspark import keyword_only
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import JavaMLReadable, JavaMLReader, JavaMLWritable
from pyspark.ml.wrapper import JavaTransformer

__all__ = ["DeedTransformer"]

_JAVA_CLASS = "dev.deed.spark.DeedTransformer"

# A saved pipeline names the Java class, and PySpark looks for a Python class in a module of the Java package's name.
sys.modules.setdefault("dev.deed.spark", sys.modules[__name__])


class _Reader(JavaMLReader):
    """Reads what the Java class has saved."""

    @classmethod
    def _java_loader_class(cls, clazz):
        return _JAVA_CLASS


class DeedTransformer(JavaTransformer, JavaMLReadable, JavaMLWritable):
    """Adds a column of answers: a struct of text, token_ids, exit_layers, log_prob, finish and error."""

    model = Param(
        Params._dummy(), "model",
        "folder of the model, the same on each executor, or the name of an archive or file that Spark ships",
        typeConverter=TypeConverters.toString)
    imageCol = Param(
        Params._dummy(), "imageCol", "column of picture files: binary, or a struct with a binary field content",
        typeConverter=TypeConverters.toString)
    audioCol = Param(
        Params._dummy(), "audioCol",
        "column of sound files to transcribe: binary, or a struct with a binary field content",
        typeConverter=TypeConverters.toString)
    pageCol = Param(
        Params._dummy(), "pageCol",
        "column of pictures of pages whose tables are read: binary, or a struct with a binary field content",
        typeConverter=TypeConverters.toString)
    tablesCol = Param(
        Params._dummy(), "tablesCol",
        "column of where the tables of a page stand, with pageCol: an array of boxes [x0, y0, x1, y1] in pixels",
        typeConverter=TypeConverters.toString)
    emptyCells = Param(
        Params._dummy(), "emptyCells",
        "whether cells without words stay, with their rows and columns, and a tag that the limit cuts off; with pageCol",
        typeConverter=TypeConverters.toBoolean)
    tableGrammar = Param(
        Params._dummy(), "tableGrammar",
        "whether tags are held to tables whose rows are as long as the first and whose spans are closed; with pageCol",
        typeConverter=TypeConverters.toBoolean)
    language = Param(
        Params._dummy(), "language", "language that is spoken, with audioCol; not set: as heard",
        typeConverter=TypeConverters.toString)
    task = Param(
        Params._dummy(), "task", "what is written of the speech, with audioCol: transcribe or translate, into English",
        typeConverter=TypeConverters.toString)
    promptCol = Param(
        Params._dummy(), "promptCol", "column of texts for the encoder", typeConverter=TypeConverters.toString)
    wordsCol = Param(
        Params._dummy(), "wordsCol",
        "column of OCR words: an array of structs with text and box [x0, y0, x1, y1] in pixels (or x0, y0, x1, y1)",
        typeConverter=TypeConverters.toString)
    widthCol = Param(
        Params._dummy(), "widthCol", "column of the width of the page in pixels, with wordsCol",
        typeConverter=TypeConverters.toString)
    heightCol = Param(
        Params._dummy(), "heightCol", "column of the height of the page in pixels, with wordsCol",
        typeConverter=TypeConverters.toString)
    predictionCol = Param(
        Params._dummy(), "predictionCol",
        "column of texts that answers are expected to be, more or less; answers are those of lossless exits",
        typeConverter=TypeConverters.toString)
    outputCol = Param(
        Params._dummy(), "outputCol",
        "column of the answers, a struct of text, token_ids, exit_layers, log_prob, finish and error; "
        "with pageCol of tables and error",
        typeConverter=TypeConverters.toString)
    exits = Param(
        Params._dummy(), "exits", "when a token leaves the decoder, such as max_prob:0.9@layers=1,3,6,min=2",
        typeConverter=TypeConverters.toString)
    threshold = Param(
        Params._dummy(), "threshold", "threshold of the exits", typeConverter=TypeConverters.toFloat)
    lossless = Param(
        Params._dummy(), "lossless",
        "whether tokens that leave early are verified, so that answers are those of full depth",
        typeConverter=TypeConverters.toBoolean)
    maxNewTokens = Param(
        Params._dummy(), "maxNewTokens", "most new tokens of an answer", typeConverter=TypeConverters.toInt)
    structuredOutputs = Param(
        Params._dummy(), "structuredOutputs", "what answers must be a text of, as JSON such as {\"regex\": \"[0-9]+\"}",
        typeConverter=TypeConverters.toString)
    maxRows = Param(
        Params._dummy(), "maxRows", "sequences that an executor decodes at a time", typeConverter=TypeConverters.toInt)
    precision = Param(
        Params._dummy(), "precision", "how weights are held: fp32, bf16, int8, w8a8 or auto, the fastest",
        typeConverter=TypeConverters.toString)
    handleInvalid = Param(
        Params._dummy(), "handleInvalid",
        "what becomes of a row that cannot be answered: error (the job fails and names the row), "
        "keep (its answer has an error) or skip (it is left out)",
        typeConverter=TypeConverters.toString)

    @keyword_only
    def __init__(self, *, model=None, imageCol=None, audioCol=None, promptCol=None, wordsCol=None, widthCol="width",
                 heightCol="height", outputCol="answer", exits=None, threshold=None, lossless=False, maxNewTokens=None,
                 maxRows=16, precision=None, handleInvalid="error",
                 language=None, task=None, predictionCol=None, structuredOutputs=None, pageCol=None, tablesCol=None,
                 emptyCells=False, tableGrammar=False):
        """All parameters by name; None: not set."""
        super().__init__()
        stated = self._input_kwargs
        self._java_obj = self._new_java_obj(_JAVA_CLASS, self.uid)
        self._setDefault(widthCol="width", heightCol="height", outputCol="answer", lossless=False, maxRows=16,
                         handleInvalid="error", emptyCells=False, tableGrammar=False)
        self._set(**stated)

    @keyword_only
    def setParams(self, *, model=None, imageCol=None, audioCol=None, promptCol=None, wordsCol=None, widthCol="width",
                  heightCol="height", outputCol="answer", exits=None, threshold=None, lossless=False,
                  maxNewTokens=None, maxRows=16, precision=None, handleInvalid="error",
                  language=None, task=None, predictionCol=None, structuredOutputs=None, pageCol=None, tablesCol=None,
                  emptyCells=False, tableGrammar=False):
        """Sets the parameters that are named."""
        return self._set(**self._input_kwargs)

    @classmethod
    def read(cls):
        """What reads a transformer that was saved."""
        return _Reader(cls)

    def counts(self):
        """What tasks have done for this transformer so far: rows_answered, rows_invalid, tokens, layers_run."""
        return dict(self._java_obj.counts())


def _setter(name):
    def set_value(self, value):
        return self._set(**{name: value})

    set_value.__name__ = "set" + name[0].upper() + name[1:]
    set_value.__doc__ = f"Sets {name}; returns this transformer."
    return set_value


def _getter(name):
    def get_value(self):
        return self.getOrDefault(getattr(self, name))

    get_value.__name__ = "get" + name[0].upper() + name[1:]
    get_value.__doc__ = f"The value of {name}, or its default."
    return get_value


for _param in ("model", "imageCol", "promptCol", "wordsCol", "widthCol", "heightCol", "outputCol", "exits",
               "threshold", "lossless", "maxNewTokens", "maxRows", "precision", "handleInvalid", "audioCol", "language", "task",
               "predictionCol", "structuredOutputs", "pageCol", "tablesCol", "emptyCells", "tableGrammar"):
    for _make in (_setter, _getter):
        _method = _make(_param)
        setattr(DeedTransformer, _method.__name__, _method)
del _param, _make, _method
