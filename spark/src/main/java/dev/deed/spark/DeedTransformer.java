package dev.deed.spark;

import dev.deed.EngineOptions;
import dev.deed.spark.AnswerSettings.TableForm;
import dev.deed.speech.SpeechTask;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
 * log_prob} (the sum over the tokens), {@code finish} and {@code error}, which is null where there
 * is an answer. Of pages, it has {@code tables} and {@code error}.
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

  private final String uid;

  /** All parameters by name. */
  private final SortedMap<String, Param<?>> all = new TreeMap<>();

  public final Param<String> model =
      param(
          "model",
          "folder of the model, the same on each executor, or the name of an archive or file that Spark ships, or of a model of the Hub; see docs/spark.md");
  public final Param<String> imageCol =
      param("imageCol", "column of picture files: binary, or a struct with a binary field content");
  public final Param<String> audioCol =
      param(
          "audioCol",
          "column of sound files to transcribe: binary, or a struct with a binary field content; excludes the other columns");
  public final Param<String> pageCol =
      param(
          "pageCol",
          "column of pictures of pages whose tables are read: binary, or a struct with a binary field content; excludes the other columns but tablesCol and wordsCol");
  public final Param<String> tablesCol =
      param(
          "tablesCol",
          "column of where the tables of a page stand, with pageCol: an array of boxes [x0, y0, x1, y1] in pixels; null or not set: the page is one table");
  public final BooleanParam emptyCells =
      flag(
          "emptyCells",
          "whether cells without words stay, with their rows and columns, and a tag that the limit cuts off; with pageCol");
  public final BooleanParam tableGrammar =
      flag(
          "tableGrammar",
          "whether tags are held to tables whose rows are as long as the first and whose spans are closed; with pageCol");
  public final Param<String> language =
      param(
          "language",
          "language that is spoken, its code or English name, with audioCol; not set: as heard");
  public final Param<String> task =
      choice(
          "task",
          "what is written of the speech, with audioCol: transcribe or translate, into English",
          Arrays.stream(SpeechTask.values()).map(SpeechTask::spelling).toList());
  public final Param<String> promptCol = param("promptCol", "column of texts for the encoder");
  public final Param<String> wordsCol =
      param(
          "wordsCol",
          "column of OCR words: an array of structs with text and box [x0, y0, x1, y1] in pixels (or x0, y0, x1, y1)");
  public final Param<String> widthCol =
      param("widthCol", "column of the width of the page in pixels, a whole number, with wordsCol");
  public final Param<String> heightCol =
      param(
          "heightCol", "column of the height of the page in pixels, a whole number, with wordsCol");
  public final Param<String> predictionCol =
      param(
          "predictionCol",
          "column of texts that answers are expected to be, more or less; drafts are copied from them and verified, so answers are those of lossless exits; null: none");
  public final Param<String> outputCol =
      param(
          "outputCol",
          "new column of the answers, a struct of text, token_ids, exit_layers, log_prob, finish and error; with pageCol of tables and error");
  public final Param<String> exits =
      param(
          "exits",
          "when a token leaves the decoder, such as max_prob:0.9@layers=1,3,6,min=2; see docs/spark.md; not set: the model's own");
  public final DoubleParam threshold =
      added(
          new DoubleParam(
              this,
              "threshold",
              "a token leaves at the first exit whose confidence reaches it; takes precedence over that of exits; not set: the model's own"));
  public final BooleanParam lossless =
      flag(
          "lossless",
          "whether tokens that leave early are verified, so that answers are those of full depth, bit for bit");
  public final IntParam maxNewTokens =
      added(
          new IntParam(
              this,
              "maxNewTokens",
              "most new tokens of an answer; not set: what the folder says",
              ParamValidators.gtEq(1)));
  public final Param<String> structuredOutputs =
      param(
          "structuredOutputs",
          "what answers must be a text of, as JSON such as {\"regex\": \"[0-9]+\"}; not set: what the folder says");
  public final IntParam maxRows =
      added(
          new IntParam(
              this,
              "maxRows",
              "sequences that an executor decodes at a time, for all its tasks",
              ParamValidators.inRange(1, EngineOptions.MOST_ROWS)));
  public final Param<String> precision =
      choice(
          "precision",
          "how weights are held: fp32, bf16, int8, w8a8 or auto, the fastest; not set: in int8 where they are stored so, else in fp32",
          AnswerSettings.precisions());
  public final Param<String> handleInvalid =
      choice(
          "handleInvalid",
          "what becomes of a row that cannot be answered: error (the job fails and names the row), keep (its answer has an error) or skip (it is left out)",
          HandleInvalid.labels());

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
    setDefault(widthCol, "width");
    setDefault(heightCol, "height");
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
      return RowFormat.of(schema, names()).with(schema, getOrDefault(outputCol));
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
    AnswerTask task = new AnswerTask(RowFormat.of(dataset.schema(), names()), settings(), counts);
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

  /** One that is not set unless it is said. */
  private BooleanParam flag(String name, String doc) {
    BooleanParam flag = added(new BooleanParam(this, name, doc));
    setDefault(flag, false);
    return flag;
  }

  private Param<String> choice(String name, String doc, List<String> values) {
    return added(new Param<>(this, name, doc, ParamValidators.inArray(values)));
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

  /** What columns are called, by the parameter that names them. */
  private Map<String, String> names() {
    return Stream.of(
            imageCol,
            audioCol,
            pageCol,
            promptCol,
            wordsCol,
            widthCol,
            heightCol,
            tablesCol,
            predictionCol)
        .filter(this::isDefined)
        .collect(Collectors.toMap(Param::name, this::getOrDefault));
  }

  private AnswerSettings settings() {
    InputException.require(isDefined(model), "model", "is not set", "set the folder of a model");
    ModelLocation.local(getOrDefault(model));
    return new AnswerSettings(
        getOrDefault(model),
        stated(precision),
        (int) getOrDefault(maxRows),
        spelledExits(),
        (Integer) stated(maxNewTokens),
        stated(structuredOutputs),
        stated(language),
        statedTask(),
        new TableForm((boolean) getOrDefault(emptyCells), (boolean) getOrDefault(tableGrammar)),
        HandleInvalid.valueOf(getOrDefault(handleInvalid).toUpperCase(Locale.ROOT)));
  }

  private @Nullable SpeechTask statedTask() {
    String name = stated(task);
    return name == null ? null : SpeechTask.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private String spelledExits() {
    String spelling = stated(exits);
    ExitSettings settings = spelling == null ? ExitSettings.own() : ExitSettings.parse(spelling);
    ExitSettings apart =
        ExitSettings.own()
            .with(ExitSetting.THRESHOLD, (Double) stated(threshold))
            .with(ExitSetting.LOSSLESS, (boolean) getOrDefault(lossless) ? true : null);
    return settings.overriddenBy(apart).toString();
  }

  private <T> DeedTransformer with(Param<T> param, T value) {
    set(param, value);
    return this;
  }

  /** A parameter's value; null: it has none. */
  private <T> @Nullable T stated(Param<T> param) {
    return isDefined(param) ? getOrDefault(param) : null;
  }

  public DeedTransformer setModel(String value) {
    return with(model, value);
  }

  public DeedTransformer setImageCol(String value) {
    return with(imageCol, value);
  }

  public DeedTransformer setAudioCol(String value) {
    return with(audioCol, value);
  }

  public DeedTransformer setPageCol(String value) {
    return with(pageCol, value);
  }

  public DeedTransformer setTablesCol(String value) {
    return with(tablesCol, value);
  }

  public DeedTransformer setEmptyCells(boolean value) {
    return with(emptyCells, value);
  }

  public DeedTransformer setTableGrammar(boolean value) {
    return with(tableGrammar, value);
  }

  public DeedTransformer setLanguage(String value) {
    return with(language, value);
  }

  public DeedTransformer setTask(String value) {
    return with(task, value);
  }

  public DeedTransformer setPromptCol(String value) {
    return with(promptCol, value);
  }

  public DeedTransformer setWordsCol(String value) {
    return with(wordsCol, value);
  }

  public DeedTransformer setWidthCol(String value) {
    return with(widthCol, value);
  }

  public DeedTransformer setHeightCol(String value) {
    return with(heightCol, value);
  }

  public DeedTransformer setPredictionCol(String value) {
    return with(predictionCol, value);
  }

  public DeedTransformer setOutputCol(String value) {
    return with(outputCol, value);
  }

  public DeedTransformer setExits(String value) {
    return with(exits, value);
  }

  public DeedTransformer setThreshold(double value) {
    return with(threshold, value);
  }

  public DeedTransformer setStructuredOutputs(String value) {
    return with(structuredOutputs, value);
  }

  public DeedTransformer setLossless(boolean value) {
    return with(lossless, value);
  }

  public DeedTransformer setMaxNewTokens(int value) {
    return with(maxNewTokens, value);
  }

  public DeedTransformer setMaxRows(int value) {
    return with(maxRows, value);
  }

  public DeedTransformer setPrecision(String value) {
    return with(precision, value);
  }

  public DeedTransformer setHandleInvalid(String value) {
    return with(handleInvalid, value);
  }
}
