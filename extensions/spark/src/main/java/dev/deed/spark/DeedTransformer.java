package dev.deed.spark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EngineOptions;
import dev.deed.data.Fields;
import dev.deed.value.ExitSetting;
import dev.deed.value.InputException;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Adds a column of answers: a model reads the picture, the text, the words or the sound of each
 * row. The column is a struct of {@code text}, {@code token_ids}, {@code exit_layers}, {@code
 * log_prob} (the sum over the tokens), {@code finish}, {@code error}, which is null where there is
 * an answer, and {@code json}, the whole answer: of pages, the tables, and {@code json} and {@code
 * error} alone are not null.
 *
 * <p>A row is a line of the data format ({@code docs/dataset.md}): {@link #setInput} says which
 * column is which field, {@link #setOptions} what is the same for all rows.
 *
 * <p>The first task of an executor opens the model, and all tasks of the executor share it: their
 * rows are decoded together. Rows keep their order within a partition. A killed task cancels its
 * own rows.
 *
 * <p>Each parameter is a field, with a setter that returns this transformer; {@link #explainParams}
 * tells what each of them means, and its default.
 *
 * <p>A transformer belongs to one thread, as those of Spark do; {@code docs/spark.md} tells how
 * executors get a model, a JDK and memory.
 */
public final class DeedTransformer extends Transformer implements DefaultParamsWritable {
  private static final long serialVersionUID = 1;

  /** What to set in place of a parameter that is gone; for one version. */
  private static final Map<String, String> GONE =
      Map.ofEntries(
          Map.entry("audioCol", "input audio"),
          Map.entry("pageCol", "input image"),
          Map.entry("tablesCol", "input tables"),
          Map.entry("wordsCol", "input ocr, of pages of tables words"),
          Map.entry("widthCol", "input width"),
          Map.entry("heightCol", "input height"),
          Map.entry("predictionCol", "input prediction"),
          Map.entry("emptyCells", "option empty_cells"),
          Map.entry("tableGrammar", "option table_grammar"),
          Map.entry("language", "option language"),
          Map.entry("task", "option task"),
          Map.entry("exits", "options policy, threshold and the other settings of exits"),
          Map.entry("maxNewTokens", "option max_new_tokens"),
          Map.entry("structuredOutputs", "option structured_outputs"),
          Map.entry("precision", "option precision"));

  private final String uid;

  /** All parameters by name. */
  private final SortedMap<String, Param<?>> all = new TreeMap<>();

  public final Param<String> model =
      param(
          "model",
          "folder of the model, the same on each executor, or the name of an archive or file that Spark ships, or of a model of the Hub; see docs/spark.md");
  public final Param<String> imageCol =
      param("imageCol", "column of picture files: binary, or a struct with a binary field content");
  public final Param<String> promptCol = param("promptCol", "column of texts for the encoder");
  public final Param<String> inputs =
      param(
          "inputs",
          "columns by the field of a line that they are, an object as JSON such as {\"audio\": \"content\"}");
  public final Param<String> options =
      param(
          "options",
          "settings of generation, exits and the precision, and fields that are the same for all rows, an object as JSON such as {\"max_new_tokens\": 20}");
  public final Param<String> outputCol =
      param(
          "outputCol",
          "new column of the answers, a struct of text, token_ids, exit_layers, log_prob, finish, error and json");
  public final DoubleParam threshold =
      added(
          new DoubleParam(
              this,
              "threshold",
              "a token leaves at the first exit whose confidence reaches it; takes precedence over that of options; not set: the model's own"));
  public final BooleanParam lossless =
      added(
          new BooleanParam(
              this,
              "lossless",
              "whether tokens that leave early are verified, so that answers are those of full depth, bit for bit"));
  public final IntParam maxRows =
      added(
          new IntParam(
              this,
              "maxRows",
              "sequences that an executor decodes at a time, for all its tasks",
              ParamValidators.inRange(1, EngineOptions.MOST_ROWS)));
  public final Param<String> handleInvalid =
      added(
          new Param<>(
              this,
              "handleInvalid",
              "what becomes of a row that cannot be answered: error (the job fails and names the row), keep (its answer has an error) or skip (it is left out)",
              ParamValidators.inArray(AnswerSettings.Invalid.labels())));

  /** Of this JVM; made by the first transformation. */
  private transient @Nullable AnswerCounts counts;

  /** A transformer with a name of its own. */
  public DeedTransformer() {
    this(Identifiable.randomUID("deed"));
  }

  /**
   * A transformer with a given name, as Spark makes it when it reads one.
   *
   * @param uid unique within a pipeline
   */
  public DeedTransformer(String uid) {
    this.uid = uid;
    super();
    setDefault(inputs, "{}");
    setDefault(options, "{}");
    setDefault(lossless, false);
    setDefault(outputCol, "answer");
    setDefault(maxRows, 16);
    setDefault(handleInvalid, "error");
  }

  /** {@return what reads a transformer that was saved} */
  public static MLReader<DeedTransformer> read() {
    return new DefaultParamsReader<>();
  }

  /**
   * {@return a transformer that was saved}
   *
   * @param path where it was saved
   */
  public static DeedTransformer load(String path) {
    return read().load(path);
  }

  @Override
  public String uid() {
    return uid;
  }

  @Override
  public DeedTransformer copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /**
   * {@return the schema with the column of answers} Nothing is computed.
   *
   * @throws IllegalArgumentException when a parameter is missing or out of range, or a column is
   *     missing or of another type
   */
  @Override
  public StructType transformSchema(StructType schema) {
    try {
      settings();
      Object _ = RowFormat.of(schema, columns());
      return RowFormat.with(schema, getOrDefault(outputCol));
    } catch (InputException e) {
      // As Spark's own transformers throw it, and PySpark shows it.
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * {@return the rows with their answers, computed when they are asked for}
   *
   * @param dataset also a stream
   * @throws IllegalArgumentException as {@link #transformSchema} does
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType answered = transformSchema(dataset.schema(), true);
    ExecutorModels.ofThisJvm().closeWith(dataset.sparkSession().sparkContext());
    if (counts == null) {
      counts = AnswerCounts.of(dataset.sparkSession().sparkContext());
    }
    AnswerTask task = new AnswerTask(RowFormat.of(dataset.schema(), columns()), settings(), counts);
    return dataset.toDF().mapPartitions(task, Encoders.row(answered));
  }

  /**
   * {@return what tasks have done for this transformer so far} The keys are {@code rows_answered},
   * {@code rows_invalid}, {@code tokens} and {@code layers_run}. Work that was repeated counts
   * again. Spark's pages show the same with each stage.
   */
  public Map<String, Long> counts() {
    return counts == null ? AnswerCounts.NONE : counts.values();
  }

  private Param<String> param(String name, String doc) {
    return added(new Param<>(this, name, doc));
  }

  private <P extends Param<?>> P added(P param) {
    all.put(param.name(), param);
    return param;
  }

  /** {@return all parameters, by name} Spark would look for methods that give them. */
  @Override
  public Param<?>[] params() {
    return all.values().toArray(new Param<?>[0]);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException when it is gone; it says what to set in its place
   */
  @Override
  public Param<Object> getParam(String name) {
    String instead = GONE.get(name);
    if (instead != null) {
      throw new IllegalArgumentException(
          "parameter %s: is gone; set the %s by %s, and save pipelines anew"
              .formatted(
                  name,
                  instead,
                  instead.startsWith("input") ? "setInput(FIELD, COLUMN)" : "setOptions(JSON)"));
    }
    return super.getParam(name);
  }

  /** What columns are called, by the field that they are. */
  private Map<String, String> columns() {
    Map<String, String> columns = new TreeMap<>();
    Fields given = new Fields("inputs", "", AnswerSettings.object(getOrDefault(inputs)));
    put(columns, "image", settings(imageCol));
    put(columns, "prompt", settings(promptCol));
    for (String field : given.others().keySet()) {
      put(columns, field, given.text(field));
    }
    return columns;
  }

  private static void put(Map<String, String> columns, String field, @Nullable String column) {
    if (column != null) {
      String other = columns.put(field, column);
      InputException.require(
          other == null, "input " + field, "has two columns, " + other + ", " + column, "set one");
    }
  }

  private AnswerSettings settings() {
    InputException.require(isDefined(model), "model", "is not set", "set the folder of a model");
    ModelLocation.local(getOrDefault(model));
    ObjectNode settings = AnswerSettings.object(getOrDefault(options));
    if (isDefined(threshold)) {
      settings.put(ExitSetting.THRESHOLD.name(), (double) getOrDefault(threshold));
    }
    if ((boolean) getOrDefault(lossless)) {
      settings.put(ExitSetting.LOSSLESS.name(), true);
    }
    Object _ = AnswerSettings.parse(settings);
    return new AnswerSettings(
        getOrDefault(model),
        (int) getOrDefault(maxRows),
        settings.toString(),
        AnswerSettings.Invalid.valueOf(getOrDefault(handleInvalid).toUpperCase(Locale.ROOT)));
  }

  private <T> DeedTransformer with(Param<T> param, T value) {
    set(param, value);
    return this;
  }

  /** A parameter's value; null: it has none. */
  private <T> @Nullable T settings(Param<T> param) {
    return isDefined(param) ? getOrDefault(param) : null;
  }

  public DeedTransformer setModel(String value) {
    return with(model, value);
  }

  public DeedTransformer setImageCol(String value) {
    return with(imageCol, value);
  }

  public DeedTransformer setPromptCol(String value) {
    return with(promptCol, value);
  }

  /**
   * Says which column is a field of a line, beside those that are set.
   *
   * @param field such as {@code image} or {@code audio}, columns of bytes, or {@code ocr}
   * @param column its name
   * @return this transformer
   * @throws InputException when {@link #inputs} is no object
   */
  public DeedTransformer setInput(String field, String column) {
    return with(inputs, AnswerSettings.object(getOrDefault(inputs)).put(field, column).toString());
  }

  /**
   * Sets what is the same for all rows, in place of what was set before.
   *
   * @param json an object: settings of generation and exits by their names, {@code precision},
   *     {@code stop}, and fields of a line but {@code image} and {@code audio}
   * @return this transformer
   */
  public DeedTransformer setOptions(String json) {
    return with(options, json);
  }

  public DeedTransformer setOutputCol(String value) {
    return with(outputCol, value);
  }

  public DeedTransformer setThreshold(double value) {
    return with(threshold, value);
  }

  public DeedTransformer setLossless(boolean value) {
    return with(lossless, value);
  }

  public DeedTransformer setMaxRows(int value) {
    return with(maxRows, value);
  }

  public DeedTransformer setHandleInvalid(String value) {
    return with(handleInvalid, value);
  }
}
