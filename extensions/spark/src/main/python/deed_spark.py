"""DEED in PySpark: a transformer that adds a column of answers.

    spark-submit --jars deed-spark.jar --py-files deed_spark.py job.py

    from deed_spark import DeedTransformer
    reader = DeedTransformer(model="/models/base", imageCol="content", promptCol="question")
    answers = reader.transform(files).select("path", "answer.text")

The work is done by the Java class dev.deed.spark.DeedTransformer, which deed-spark.jar holds. Parameters have the same
names and defaults there; see docs/spark.md.
"""

import json
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


def _json(value):
    """An object as the text that Spark keeps."""
    return value if isinstance(value, str) else json.dumps(value)


class DeedTransformer(JavaTransformer, JavaMLReadable, JavaMLWritable):
    """Adds a column of answers: a struct of text, token_ids, exit_layers, log_prob, finish, error and json."""

    model = Param(
        Params._dummy(), "model",
        "folder of the model, the same on each executor, or the name of an archive or file that Spark ships",
        typeConverter=TypeConverters.toString)
    imageCol = Param(
        Params._dummy(), "imageCol", "column of picture files: binary, or a struct with a binary field content",
        typeConverter=TypeConverters.toString)
    promptCol = Param(
        Params._dummy(), "promptCol", "column of texts for the encoder", typeConverter=TypeConverters.toString)
    inputs = Param(
        Params._dummy(), "inputs",
        "columns by the field of a line that they are, a dictionary or JSON such as {\"audio\": \"content\"}",
        typeConverter=_json)
    options = Param(
        Params._dummy(), "options",
        "settings of generation, exits and the precision, and fields that are the same for all rows, a dictionary or "
        "JSON such as {\"max_new_tokens\": 20}",
        typeConverter=_json)
    outputCol = Param(
        Params._dummy(), "outputCol",
        "column of the answers, a struct of text, token_ids, exit_layers, log_prob, finish, error and json",
        typeConverter=TypeConverters.toString)
    threshold = Param(
        Params._dummy(), "threshold", "threshold of the exits", typeConverter=TypeConverters.toFloat)
    lossless = Param(
        Params._dummy(), "lossless",
        "whether tokens that leave early are verified, so that answers are those of full depth",
        typeConverter=TypeConverters.toBoolean)
    maxRows = Param(
        Params._dummy(), "maxRows", "sequences that an executor decodes at a time", typeConverter=TypeConverters.toInt)
    handleInvalid = Param(
        Params._dummy(), "handleInvalid",
        "what becomes of a row that cannot be answered: error (the job fails and names the row), "
        "keep (its answer has an error) or skip (it is left out)",
        typeConverter=TypeConverters.toString)

    @keyword_only
    def __init__(self, *, model=None, imageCol=None, promptCol=None, inputs="{}", options="{}", outputCol="answer",
                 threshold=None, lossless=False, maxRows=16, handleInvalid="error", **others):
        """All parameters by name; None: not set."""
        super().__init__()
        stated = self._input_kwargs
        self._java_obj = self._new_java_obj(_JAVA_CLASS, self.uid)
        self._setDefault(inputs="{}", options="{}", outputCol="answer", lossless=False, maxRows=16,
                         handleInvalid="error")
        self._set(**self._known(stated))

    @keyword_only
    def setParams(self, *, model=None, imageCol=None, promptCol=None, inputs="{}", options="{}", outputCol="answer",
                  threshold=None, lossless=False, maxRows=16, handleInvalid="error", **others):
        """Sets the parameters that are named."""
        return self._set(**self._known(self._input_kwargs))

    def _known(self, stated):
        """The same parameters; the Java class refuses what is none, and says what to set in its place."""
        for name in stated:
            self._java_obj.getParam(name)
        return stated

    def setInput(self, field, column):
        """Says which column is a field of a line, beside those that are set; returns this transformer."""
        return self._set(inputs={**json.loads(self.getOrDefault(self.inputs)), field: column})

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


for _param in ("model", "imageCol", "promptCol", "inputs", "options", "outputCol", "threshold", "lossless", "maxRows",
               "handleInvalid"):
    for _make in (_setter, _getter):
        _method = _make(_param)
        setattr(DeedTransformer, _method.__name__, _method)
del _param, _make, _method
