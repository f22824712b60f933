package dev.deed.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.EncoderDecoderModel;
import dev.deed.evaluation.Bootstrap.Estimate;
import dev.deed.evaluation.RunTotals.Figure;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Evaluation of the random vision model on made-up data. */
class EvaluatorTest {
  private static final String TARGET = "68 68 68 68 352 68 85 68 68 68 68 68 68 68 85 68";
  private static final List<Metric> METRICS = Metric.list("exact,bleu_tokens,cer");

  private static final EncoderDecoderModel MODEL =
      EncoderDecoderModel.open(TinyModel.GOLDEN.resolve("model"), 1);

  @TempDir static Path folder = Path.of("");

  private static Path data = Path.of("");

  @BeforeAll
  static void writeData() throws IOException {
    Path tensors =
        Files.copy(
            TinyModel.GOLDEN.resolve("expected.safetensors"), folder.resolve("x.safetensors"));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      lines.add(
          """
          {"id": "e%d", "tensors": {"pixel_values": "%s:pixel_values.%d"}, "generation": \
          {"max_new_tokens": 16}, "target": "%s"}\
          """
              .formatted(i, tensors.getFileName(), i, TARGET));
    }
    data = Files.write(folder.resolve("data.jsonl"), lines);
  }

  @AfterAll
  static void close() {
    MODEL.close();
  }

  private static List<EvaluationRow> evaluate(int batch, int repeats, String policies) {
    return new Evaluator(batch, repeats, WarmUp.upTo(Duration.ZERO))
        .evaluate(
            List.of(new NamedModel("tiny", MODEL)),
            EvaluationData.read(data, 100),
            METRICS,
            EvaluationPolicy.list(policies),
            new Heard())
        .rows();
  }

  /** Counts the steps. */
  private static final class Heard implements EvaluationListener {
    private final List<String> notes = new ArrayList<>();
    private long announced;
    private long steps;

    @Override
    public void note(String line) {
      notes.add(line);
    }

    @Override
    public void warmingUp() {}

    @Override
    public void started(long count) {
      announced = count;
    }

    @Override
    public void advanced() {
      steps++;
    }
  }

  @Test
  void fullDepthAnswersAsTheGoldenSays() {
    EvaluationRow full = evaluate(1, 1, "full").getFirst();
    assertThat(full.metrics().get("exact")).extracting(Estimate::value).isEqualTo(20.0);
    assertThat(full.figure(Figure.AGREEMENT).value()).isEqualTo(1);
    assertThat(full.figure(Figure.LAYERS_RUN_SHARE)).isEqualTo(new Estimate(1, 1, 1));
    assertThat(full.figure(Figure.LAYER_PASSES_SHARE).value()).isEqualTo(1);
    assertThat(full.figure(Figure.HEAD_LOOKUPS_PER_TOKEN).value()).isEqualTo(1);
    assertThat(full.reduction(Figure.DECODE_REDUCTION))
        .isEqualTo(new Reduction(new Estimate(0, 0, 0), true));
    assertThat(full.figure(Figure.TOTAL_MS).value()).isPositive();
  }

  /** A decoder prompt of five words made it 1.3, two beams 2. */
  @Test
  void fullDepthRunsAllLayersThatArePossible(@TempDir Path work) throws IOException {
    TinyModel.picture(work.resolve("a.png"), 1);
    Path lines =
        Files.write(
            work.resolve("lines.jsonl"),
            List.of(
                "{\"image\": \"a.png\", \"decoder_prompt\": \"w5 w6 w7 w8 w9\", \"target\": \"x\"}",
                "{\"image\": \"a.png\", \"generation\": {\"num_beams\": 2}, \"target\": \"x\"}"));
    try (EncoderDecoderModel model = EncoderDecoderModel.open(TinyModel.write(work), 1)) {
      EvaluationRow full =
          new Evaluator(1, 1, WarmUp.upTo(Duration.ZERO))
              .evaluate(
                  List.of(new NamedModel("tiny", model)),
                  EvaluationData.read(lines, 100),
                  METRICS,
                  EvaluationPolicy.list("full"),
                  new Heard())
              .rows()
              .getFirst();
      assertThat(full.figure(Figure.LAYERS_RUN_SHARE).value()).isEqualTo(1);
    }
  }

  @Test
  void rowsComeInTheOrderOfThePoliciesAndCountWhatTheyRun() {
    List<EvaluationRow> rows =
        evaluate(1, 1, "static:2; static:6; max_prob:2,-2; copy:max_prob:0.4; default");
    assertThat(rows)
        .extracting(row -> row.policy().label())
        .containsExactly(
            "static:2", "static:6", "max_prob:2", "max_prob:-2", "copy:max_prob:0.4", "default");
    assertThat(rows.get(0).figure(Figure.LAYERS_RUN_SHARE).value()).isEqualTo(1.0 / 3);
    assertThat(rows.get(0).figure(Figure.MEAN_EXIT_LAYER).value()).isEqualTo(2);
    assertThat(rows.get(1).figure(Figure.AGREEMENT).value()).isEqualTo(1);
    assertThat(rows.get(2).figure(Figure.HEAD_LOOKUPS_PER_TOKEN).value()).isEqualTo(6);
    assertThat(rows.get(2).figure(Figure.AGREEMENT).value()).isEqualTo(1);
    assertThat(rows.get(3).figure(Figure.MEAN_EXIT_LAYER).value()).isEqualTo(1);
    // Copied state fills nothing, so both shares are the same.
    assertThat(rows.get(4).figure(Figure.LAYERS_RUN_SHARE).value())
        .isEqualTo(rows.get(4).figure(Figure.LAYER_PASSES_SHARE).value());
    assertThat(rows.get(5).resolved()).isNotNull();
  }

  @Test
  void batchesAndRepeatsChangeNoAnswer() {
    EvaluationRow alone = evaluate(1, 1, "max_prob:0.4").getFirst();
    EvaluationRow together = evaluate(3, 2, "max_prob:0.4").getFirst();
    assertThat(together.metrics()).isEqualTo(alone.metrics());
    assertThat(together.figure(Figure.LAYERS_RUN_SHARE))
        .isEqualTo(alone.figure(Figure.LAYERS_RUN_SHARE));
    assertThat(together.figure(Figure.MEAN_EXIT_LAYER))
        .isEqualTo(alone.figure(Figure.MEAN_EXIT_LAYER));
  }

  /** Chance gave one policy under two names figures that differed by a third. */
  @Test
  void policiesThatComeToTheSameAreMeasuredOnce() {
    Heard heard = new Heard();
    String policies =
        "static:6; full; default; max_prob:0.9,0.90; max_prob:0.9@layers=1,2,3,4,5,6;"
            + " max_prob:2,1.5; copy:max_prob:3@decay=0.1; max_prob:0.4@layers=6; static:2;"
            + " max_prob:0.9@min=2";
    List<EvaluationRow> rows =
        new Evaluator(1, 1, WarmUp.upTo(Duration.ZERO))
            .evaluate(
                List.of(new NamedModel("tiny", MODEL)),
                EvaluationData.read(data, 100),
                METRICS,
                EvaluationPolicy.list(policies),
                heard)
            .rows();
    assertThat(rows)
        .extracting(EvaluationRow::sameAs)
        .containsExactly(
            null,
            "static:6",
            null,
            "default",
            "default",
            "default",
            null,
            "max_prob:2",
            "max_prob:2",
            "static:6",
            null,
            null);
    assertThat(heard.announced).isEqualTo(5 * 5);
    for (EvaluationRow row : rows) {
      for (EvaluationRow other : rows) {
        if (row.policy().label().equals(other.sameAs())) {
          assertThat(figures(other)).as(other.policy().label()).isEqualTo(figures(row));
        }
      }
    }
    assertThat(rows.get(0).reduction(Figure.DECODE_REDUCTION).share())
        .isEqualTo(new Estimate(0, 0, 0));
    assertThat(EvaluationTable.plain(report(rows)))
        .contains("Times are uneven: half of full depth's answers took over 30 % more or less")
        .contains("full = static:6 ", "max_prob:0.90 = default ", "\ndefault = max_prob:0.9 ");
  }

  private static java.util.Map<String, Estimate> figures(EvaluationRow row) {
    java.util.Map<String, Estimate> figures = new java.util.HashMap<>(row.metrics());
    row.figures().forEach((figure, estimate) -> figures.put(figure.key(), estimate));
    return figures;
  }

  private static EvaluationReport report(List<EvaluationRow> rows) {
    return new EvaluationReport(
        data,
        5,
        METRICS,
        rows,
        0.3,
        new Provenance(
            "deed eval",
            "a machine",
            "int8",
            1,
            1,
            1,
            "abc",
            Instant.parse("2026-01-02T03:04:05Z")));
  }

  @Test
  void progressCountsEveryRunFullDepthIncluded() {
    Heard heard = new Heard();
    new Evaluator(2, 3, WarmUp.upTo(Duration.ZERO))
        .evaluate(
            List.of(new NamedModel("a", MODEL), new NamedModel("b", MODEL)),
            EvaluationData.read(data, 4),
            METRICS,
            EvaluationPolicy.list("static:1"),
            heard);
    // Two models, each with static:1 and full depth; two batches; three repeats.
    assertThat(heard.announced).isEqualTo(2 * 2 * 2 * 3);
    assertThat(heard.steps).isEqualTo(heard.announced);
    assertThat(heard.notes).hasSize(2).allMatch(note -> note.contains("as token ids"));
  }

  @Test
  void aPolicyMustSuitTheFirstModelAndIsNotedOfOthers() throws IOException {
    assertThatThrownBy(() -> evaluate(1, 1, "static:7"))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "policy static:7 of tiny: exit layer 7: the model has exits at [1, 2, 3, 4, 5, 6] only;"
                + " choose among these");
    Path plain = TinyModel.write(folder.resolve("plain"));
    Path config = plain.resolve("config.json");
    ObjectMapper mapper = new ObjectMapper();
    var json = (com.fasterxml.jackson.databind.node.ObjectNode) mapper.readTree(config.toFile());
    json.remove("exits");
    Files.writeString(config, json.toString());
    Files.delete(plain.resolve("tokenizer.json")); // answers as ids, like the other's
    Heard heard = new Heard();
    try (EncoderDecoderModel other = EncoderDecoderModel.open(plain, 1)) {
      List<EvaluationRow> rows =
          new Evaluator(1, 1, WarmUp.upTo(Duration.ZERO))
              .evaluate(
                  List.of(new NamedModel("tiny", MODEL), new NamedModel("plain", other)),
                  EvaluationData.read(data, 100),
                  METRICS,
                  EvaluationPolicy.list("full; static:1"),
                  heard)
              .rows();
      assertThat(rows)
          .extracting(row -> row.model() + " " + row.policy().label())
          .containsExactly("tiny full", "tiny static:1", "plain full");
      assertThat(rows.get(2).metrics()).isEqualTo(rows.get(0).metrics());
    }
    assertThat(heard.notes)
        .anyMatch(note -> note.contains("static:1") && note.contains("no exits"));
  }

  @Test
  void whatCannotBeDecodedIsNamed() throws IOException {
    Path bad =
        Files.writeString(
            folder.resolve("bad.jsonl"),
            Files.readString(data)
                + "{\"id\": \"pixels\", \"prompt\": \"x\", \"target\": \"y\"}\n");
    for (int batch : new int[] {1, 4, 6}) {
      assertThatThrownBy(
              () ->
                  new Evaluator(batch, 1, WarmUp.upTo(Duration.ZERO))
                      .evaluate(
                          List.of(new NamedModel("tiny", MODEL)),
                          EvaluationData.read(bad, 100),
                          METRICS,
                          EvaluationPolicy.list("full"),
                          new Heard()))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(
              "bad.jsonl, line 6 (id pixels): input: has a prompt but no picture");
    }
  }

  @Test
  void dataAreCheckedBeforeAnythingRuns() throws IOException {
    assertRefused("", "holds no example");
    assertRefused("{\"prompt\": \"x\"}", "line 1", "has no target");
    assertRefused("{ no json", "line 1", "is not JSON");
    assertRefused(
        "{\"id\": 7, \"image\": \"absent.png\", \"target\": \"x\"}",
        "line 1 (id 7): the picture",
        "absent.png is missing");
    assertRefused(
        "{\"tensors\": {\"pixel_values\": \"absent.safetensors:a\"}, \"target\": \"x\"}",
        "line 1",
        "absent.safetensors",
        "no such file");
    assertRefused(
        "{\"prompt\": \"x\", \"target\": \"y\", \"exits\": {\"confidence\": \"full\"}}",
        "line 1",
        "exits of its own");
  }

  private static void assertRefused(String text, String... parts) throws IOException {
    Path file = Files.writeString(folder.resolve("refused.jsonl"), text);
    assertThatThrownBy(() -> EvaluationData.read(file, 100))
        .isInstanceOf(InputException.class)
        .message()
        .contains(parts)
        .doesNotContain("\n");
  }

  @Test
  void reportsHaveTheShapeOfTheContract() throws IOException {
    List<EvaluationRow> rows = evaluate(1, 1, "full; default; copy:max_prob:0.4@min=2");
    EvaluationReport report = report(rows);
    Path out = folder.resolve("out");
    report.writeTo(out);
    JsonNode json = new ObjectMapper().readTree(out.resolve("evaluation.json").toFile());
    assertThat(json).isEqualTo(new ObjectMapper().readTree(EvaluationJson.of(report).toString()));
    assertThat(json.path("data").asText()).isEqualTo(data.toString());
    assertThat(json.path("examples").asInt()).isEqualTo(5);
    assertThat(json.path("rows")).hasSize(3);
    JsonNode row = json.path("rows").path(2);
    assertThat(row.path("exits").path("share_by_layer")).hasSize(6);
    assertThat(row.path("policy").asText()).isEqualTo("copy:max_prob:0.4@min=2");
    assertThat(row.path("history").asText()).isEqualTo("copy");
    assertThat(row.path("metrics").fieldNames())
        .toIterable()
        .containsExactly("exact", "bleu_tokens", "cer");
    for (String figure :
        List.of(
            "mean_exit_layer",
            "layers_run_share",
            "layer_passes_share",
            "head_lookups_per_token",
            "preprocess_ms",
            "encode_ms",
            "decode_ms",
            "total_ms",
            "decode_reduction",
            "total_reduction",
            "agreement")) {
      assertThat(row.path(figure).isNumber()).as(figure).isTrue();
      JsonNode interval = row.path("interval").path(figure);
      assertThat(interval).as(figure).hasSize(2);
      assertThat(interval.path(0).asDouble()).isLessThanOrEqualTo(interval.path(1).asDouble());
    }
    assertThat(row.path("interval").path("exact")).hasSize(2);
    assertThat(row.path("told_apart").path("decode_reduction").isBoolean()).isTrue();
    assertThat(row.has("resolved")).isFalse();
    assertThat(json.path("rows").path(1).path("policy").asText()).isEqualTo("default");
    assertThat(json.path("rows").path(1).path("resolved").asText()).isEqualTo("max_prob:0.9");
    assertThat(Files.readString(out.resolve("evaluation.md")))
        .contains(
            "| policy | exact |",
            "| precision | int8 |",
            "| commit | abc |",
            "2026-01-02T03:04:05Z")
        .contains("| default = max_prob:0.9 |");
    assertThat(EvaluationTable.plain(report).lines().filter(line -> line.startsWith("full ")))
        .singleElement()
        .asString()
        .contains(" 20.00 ", " 100.0 % ", " 0 % ", " ±");
  }
}
