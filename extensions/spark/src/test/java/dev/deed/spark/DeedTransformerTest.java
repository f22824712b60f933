package dev.deed.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.value.ExitSetting;
import dev.deed.value.GenerationSetting;
import dev.deed.value.SettingType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parameters, schemas, pipelines. */
class DeedTransformerTest {
  private static final StructType FILES =
      new StructType()
          .add("path", DataTypes.StringType)
          .add("content", DataTypes.BinaryType)
          .add("question", DataTypes.StringType)
          .add("size", DataTypes.LongType)
          .add(
              "words",
              DataTypes.createArrayType(
                  new StructType()
                      .add("text", DataTypes.StringType)
                      .add("box", DataTypes.createArrayType(DataTypes.IntegerType))));

  @Test
  void parametersHaveDocumentationAndDefaults() {
    DeedTransformer reader = new DeedTransformer();

    assertThat(Arrays.stream(reader.params()).map(Param::name))
        .containsExactlyInAnyOrder(
            "model",
            "imageCol",
            "promptCol",
            "inputs",
            "options",
            "outputCol",
            "threshold",
            "lossless",
            "maxRows",
            "handleInvalid");
    assertThat(reader.params()).allMatch(param -> param.doc().length() > 20);
    assertThat(reader.explainParams())
        .contains("outputCol", "(default: answer)", "(default: 16)", "(default: error)");
    assertThat(reader.uid()).startsWith("deed_");
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    DeedTransformer reader = new DeedTransformer();

    assertThatThrownBy(() -> reader.setHandleInvalid("drop")).hasMessageContaining("drop");
    assertThatThrownBy(() -> reader.setMaxRows(0)).hasMessageContaining("maxRows");
    assertThatThrownBy(() -> LocalSpark.reader().setThreshold(Double.NaN).transformSchema(FILES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("threshold");
    assertThatThrownBy(() -> LocalSpark.reader().setModel("hdfs://x/m").transformSchema(FILES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("model hdfs://x/m: ")
        .hasMessageContaining("--archives");
  }

  @Test
  void everySettingIsAnOption() {
    for (ExitSetting<?> setting : ExitSetting.ALL) {
      assertRefused(
          "{\"%s\": {}}".formatted(setting.name()),
          setting.name() + ": is not " + setting.type().range());
    }
    for (GenerationSetting<?> setting : GenerationSetting.ALL) {
      if (!(setting.type() instanceof SettingType.Json)) {
        assertRefused(
            "{\"%s\": [[]]}".formatted(setting.name()),
            setting.name() + ": is not " + setting.type().range());
      }
    }
    LocalSpark.reader()
        .setOptions(
            """
            {"policy": "margin", "history": "copy", "threshold": 0.5, "min_layer": 2,
             "num_beams": 2, "stop": ["."], "precision": "auto", "log_probs": false}
            """)
        .setThreshold(0.7)
        .transformSchema(FILES);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {                        | options: are not JSON
          []                       | options: are no JSON object; give
          {"max_new_tokens": 0}    | option max_new_tokens: is not a whole number
          {"precision": "fp8"}     | options, field precision: is not fp32, bf16, int8, w8a8, auto
          {"stop": 1}              | options, field stop: is not a text or a list of texts
          {"image": "x"}           | option image: is unknown
          {"max_tokens": 1}        | option max_tokens: is unknown; give settings of generation
          {"language": "de", "table_grammar": true} | inputs language, table_grammar: are not read
          """)
  void whatIsNoOptionIsRefused(String options, String message) {
    assertRefused(options, message);
  }

  private static void assertRefused(String options, String message) {
    assertThatThrownBy(() -> LocalSpark.reader().setOptions(options).transformSchema(FILES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pageCol      | parameter pageCol: is gone; set the input image by setInput(FIELD, COLUMN),
          maxNewTokens | parameter maxNewTokens: is gone; set the option max_new_tokens by setOptions
          """)
  void aParameterThatIsGoneSaysWhatToSet(String name, String message) {
    assertThatThrownBy(() -> new DeedTransformer().getParam(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aCopyHasTheSameParameters() {
    DeedTransformer reader = LocalSpark.reader().setThreshold(0.8).setMaxRows(3);

    DeedTransformer copy = reader.copy(new ParamMap().put(reader.outputCol, "markup"));

    assertThat(copy).isNotSameAs(reader);
    assertThat(copy.uid()).isEqualTo(reader.uid());
    assertThat(copy.getOrDefault(copy.threshold)).isEqualTo(0.8);
    assertThat(copy.getOrDefault(copy.maxRows)).isEqualTo(3);
    assertThat(copy.getOrDefault(copy.outputCol)).isEqualTo("markup");
    assertThat(reader.getOrDefault(reader.outputCol)).isEqualTo("answer");
  }

  @Test
  void theSchemaGetsTheAnswers() {
    StructType schema = LocalSpark.reader().setOutputCol("markup").transformSchema(FILES);

    assertThat(schema.fieldNames()).endsWith("words", "markup");
    assertThat(schema.apply("markup").dataType().simpleString())
        .isEqualTo(
            "struct<text:string,token_ids:array<int>,exit_layers:array<int>,log_prob:double,"
                + "finish:string,error:string,json:string>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          imageCol  | picture  | image: there is no column picture; choose among path, content, \
          question, size, words
          imageCol  | question | image: column question is of the type string; give a column of bytes
          promptCol | content  | prompt: column content is of the type binary; give a column of strings
          outputCol | question | outputCol: there is a column question; choose another name
          inputs    | {"ocr": "content"} | ocr: column content is of the type binary; give a column of
          inputs    | {"ocr": "picture"} | ocr: there is no column picture; choose among path
          inputs    | {"ocr": 1} | inputs, field ocr: is not a text
          inputs    | {"words": "words"} | inputs image, prompt, words: are not read together
          inputs    | {"wrods": "words"} | input wrods: is no field of a line; choose among audio,
          inputs    | {"image": "path"} | input image: has two columns, content, path; set one
          """)
  void columnsAreCheckedBeforeAnyJob(String parameter, String column, String message) {
    DeedTransformer reader = LocalSpark.reader();
    reader.set(reader.getParam(parameter), column);

    assertThatThrownBy(() -> reader.transformSchema(FILES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aColumnToReadAndAModelAreNeeded() {
    assertThatThrownBy(() -> new DeedTransformer().transformSchema(FILES))
        .hasMessage("model: is not set; set the folder of a model");
    assertThatThrownBy(() -> new DeedTransformer().setModel("m").transformSchema(FILES))
        .hasMessageStartingWith("inputs: none is set; name a column");
  }

  @Test
  void aPipelineIsSavedAndLoaded(@TempDir Path place) throws Exception {
    Dataset<Row> files = LocalSpark.files(LocalSpark.folder(place, 1));
    DeedTransformer reader = LocalSpark.reader().setThreshold(0.9).setLossless(true);
    String saved = place.resolve("pipeline").toString();
    new Pipeline().setStages(new PipelineStage[] {reader}).fit(files).write().save(saved);

    PipelineModel loaded = PipelineModel.load(saved);

    assertThat(loaded.stages()).hasOnlyElementsOfType(DeedTransformer.class);
    DeedTransformer again = (DeedTransformer) loaded.stages()[0];
    assertThat(again.uid()).isEqualTo(reader.uid());
    assertThat(again.extractParamMap().toString()).isEqualTo(reader.extractParamMap().toString());
    List<Row> answers = loaded.transform(files).select("answer.text").collectAsList();
    assertThat(answers).isEqualTo(reader.transform(files).select("answer.text").collectAsList());
    assertThat(answers).hasSize(LocalSpark.pictures().size());
  }

  @Test
  void aTransformerIsSavedAndLoaded(@TempDir Path place) throws Exception {
    DeedTransformer reader = LocalSpark.reader().setOptions("{\"precision\": \"int8\"}");
    LocalSpark.session();
    reader.save(place.resolve("reader").toString());

    DeedTransformer again = DeedTransformer.load(place.resolve("reader").toString());

    assertThat(again.explainParams()).isEqualTo(reader.explainParams());
  }
}
