package dev.deed.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.evaluation.DemoReport.Decoding;
import dev.deed.evaluation.RunTotals.Figure;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.Timing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemonstrationTest {
  private static final WarmUp NONE = WarmUp.upTo(Duration.ZERO);

  /** Above every confidence, and below. */
  private static final double NEVER = 2;

  private static final double ALWAYS = -2;

  @TempDir static Path folder = Path.of("");

  @BeforeAll
  static void draw() throws IOException {
    TinyModel.picture(folder.resolve("a.png"), 1);
    TinyModel.picture(folder.resolve("b.png"), 2);
  }

  /** A model with a threshold of its own, in a new folder. */
  private static Path written(String name, double threshold) throws IOException {
    Path written = TinyModel.write(Files.createDirectory(folder.resolve(name)));
    change(written, config -> ((ObjectNode) config.path("exits")).put("threshold", threshold));
    return written;
  }

  private interface Change {
    void of(ObjectNode config);
  }

  private static void change(Path model, Change change) throws IOException {
    Path file = model.resolve("config.json");
    ObjectNode config = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    change.of(config);
    Files.writeString(file, config.toString());
  }

  private static Path samples(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name + ".jsonl"), List.of(lines));
  }

  private static Path samples(String name) throws IOException {
    return samples(name, "{\"id\": \"a\", \"image\": \"a.png\"}", "{\"image\": \"b.png\"}");
  }

  private static Demonstration of(EncoderDecoderModel model, Path file) {
    return new Demonstration(model, file, InputReader.first(file, Integer.MAX_VALUE));
  }

  private static DemoReport measured(Path model, Path file, int repeats) {
    try (EncoderDecoderModel opened = EncoderDecoderModel.open(model, 1)) {
      return of(opened, file).measure(repeats, NONE);
    }
  }

  private static double figure(DemoReport report, Decoding decoding, Figure figure) {
    return report.way(decoding).row().figure(figure).value();
  }

  private static DemoResult result(DemoReport... reports) {
    return new DemoResult(List.of(reports));
  }

  private static String table(DemoReport... reports) {
    String table = result(reports).table(new Paragraph(80));
    assertThat(table.lines()).allMatch(line -> line.length() <= 80);
    return table;
  }

  /** The same without line breaks. */
  private static String notes(DemoReport... reports) {
    return table(reports).replace('\n', ' ');
  }

  @Test
  void piecesInARowAreTheText() throws IOException {
    Path plain = written("pieces", 0.3);
    try (EncoderDecoderModel model = EncoderDecoderModel.open(plain, 1)) {
      Generation answer = model.generate(Input.ofImage(folder.resolve("a.png")));
      List<String> pieces = of(model, samples("pieces")).pieces(answer.tokenIds());
      assertThat(pieces).hasSameSizeAs(answer.tokenIds());
      assertThat(String.join("", pieces)).isEqualTo(answer.text());
    }
    Files.delete(plain.resolve("tokenizer.json"));
    try (EncoderDecoderModel ids = EncoderDecoderModel.open(plain, 1)) {
      assertThat(of(ids, samples("ids")).pieces(List.of(7, 9))).containsExactly(" 7", " 9");
    }
  }

  /** It said 261.1 % where a prompt begins the decoder. */
  @Test
  void fullDepthRunsAllLayersOfADecoderPromptToo() throws IOException {
    Path file =
        samples(
            "prompted", "{\"image\": \"a.png\", \"decoder_prompt\": \"w1 w2 w3 w4 w5 w6 w7 w8\"}");
    DemoReport report = measured(written("prompted", ALWAYS), file, 1);
    assertThat(figure(report, Decoding.FULL, Figure.LAYERS_RUN_SHARE)).isEqualTo(1);
    assertThat(figure(report, Decoding.EARLY, Figure.LAYERS_RUN_SHARE)).isLessThan(0.5);
  }

  @Test
  void reportCountsAndCompares() throws IOException {
    DemoReport report = measured(written("never", NEVER), samples("never"), 3);
    for (Decoding way : report.ways().keySet()) {
      assertThat(report.equal(way)).isEqualTo(2);
      assertThat(figure(report, way, Figure.MEAN_EXIT_LAYER)).isEqualTo(6);
      assertThat(figure(report, way, Figure.LAYERS_RUN_SHARE)).isEqualTo(1);
      assertThat(figure(report, way, Figure.LAYER_PASSES_SHARE)).isEqualTo(1);
    }
    report = measured(written("always", ALWAYS), samples("always"), 2);
    assertThat(figure(report, Decoding.FULL, Figure.MEAN_EXIT_LAYER)).isEqualTo(6);
    assertThat(figure(report, Decoding.EARLY, Figure.MEAN_EXIT_LAYER)).isEqualTo(1);
    assertThat(figure(report, Decoding.EARLY, Figure.LAYERS_RUN_SHARE)).isEqualTo(1.0 / 6);
    assertThat(report.equal(Decoding.LOSSLESS)).isEqualTo(2);
    JsonNode json = result(report).json();
    assertThat(json.path("layers").asInt()).isEqualTo(6);
    assertThat(json.path("repeats").asInt()).isEqualTo(2);
    assertThat(json.path("mean_exit_layer").asDouble()).isEqualTo(1);
    assertThat(json.path("samples")).hasSize(2);
    JsonNode sample = json.path("samples").path(0);
    assertThat(sample.path("image").asText()).isEqualTo(folder.resolve("a.png").toString());
    assertThat(sample.path("text").asText()).isNotEmpty();
    assertThat(sample.path("exit_layers")).hasSameSizeAs(sample.path("token_ids"));
    assertThat(sample.path("equal_to_full").isBoolean()).isTrue();
    assertThat(sample.path("lossless").path("equal_to_full").asBoolean()).isTrue();
    for (String side : List.of("full", "deed", "lossless")) {
      for (String time : List.of("preprocess_ms", "encode_ms", "decode_ms", "total_ms")) {
        assertThat(sample.path(side).path(time).asDouble()).as(side + " " + time).isPositive();
      }
    }
    for (String figure :
        List.of("mean_exit_layer", "layers_run_share", "decode_reduction", "total_reduction")) {
      assertThat(json.path(figure).isNumber()).as(figure).isTrue();
    }
    assertThat(json.path("interval").path("decode_reduction")).hasSize(2);
    assertThat(json.path("told_apart").path("total_reduction").isBoolean()).isTrue();
    assertThat(table(report)).contains(" 17 % ", " 2/2", "not measurable");
    assertThat(notes(report)).contains("not measurable: fewer than five runs.");
  }

  @Test
  void theTableHasARowForEachModelAndWayOfDecoding() throws IOException {
    DemoReport first = measured(written("first", ALWAYS), samples("first"), 1);
    Path second = Files.move(written("other", NEVER), folder.resolve("second"));
    DemoReport next = measured(second, samples("next"), 1);
    assertThat(table(first, next).lines().skip(2).limit(9).map(line -> line.replaceAll(" +", " ")))
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("model"),
            line -> assertThat(line).startsWith(" full depth 100 % 100 % ").contains(" ms "),
            line -> assertThat(line).startsWith(" early exits 17 % 17 % not measurable "),
            line -> assertThat(line).startsWith(" lossless exits ").endsWith(" 2/2"),
            line -> assertThat(line).isEqualTo("second"),
            line -> assertThat(line).startsWith(" full depth "),
            line -> assertThat(line).startsWith(" early exits 100 % 100 % "),
            line -> assertThat(line).startsWith(" lossless exits "),
            line -> assertThat(line).isEmpty());
    assertThat(notes(first, next))
        .contains(" drafts kept; all answers are those of full depth.")
        .doesNotContain("forced");
    JsonNode json = result(first, next).json();
    assertThat(json.path("samples"))
        .extracting(sample -> Path.of(sample.path("model").asText()))
        .containsExactly(first.model(), first.model(), second, second);
    assertThat(json.path("model").asText()).isEqualTo(first.model().toString());
    JsonNode ways = json.path("models").path(1).path("decodings");
    assertThat(ways.path("early").path("mean_exit_layer").asDouble()).isEqualTo(6);
    assertThat(ways.path("lossless").path("equal_to_full").asInt()).isEqualTo(2);
    assertThat(ways.path("lossless").path("resolved").asText()).isEqualTo("max_prob:2.0@lossless");
  }

  /**
   * "Full depth" had the forced tokens of the model's grammar in it: exits saved less than they do.
   */
  @Test
  void forcedTokensAreARowOfTheirOwnBesidePlainFullDepth() throws IOException {
    Path held = written("held", NEVER);
    change(
        held,
        config ->
            config.putObject("structured_outputs").putArray("choice").add("w100 w101 w102 w103"));
    DemoReport report = measured(held, samples("held"), 1);
    assertThat(report.ways()).containsOnlyKeys(Decoding.values());
    assertThat(figure(report, Decoding.FULL, Figure.MEAN_EXIT_LAYER)).isEqualTo(6);
    assertThat(figure(report, Decoding.FULL, Figure.LAYER_PASSES_SHARE)).isEqualTo(1);
    assertThat(figure(report, Decoding.FORCED, Figure.MEAN_EXIT_LAYER)).isZero();
    assertThat(figure(report, Decoding.FORCED, Figure.LAYER_PASSES_SHARE)).isLessThan(0.5);
    assertThat(notes(report)).contains("  forced tokens ", "forced tokens: full depth with");
    assertThat(result(report).json().at("/models/0/decodings/forced/policy").asText())
        .isEqualTo("forced");
  }

  @Test
  void whereIntervalsAreWideSamplesAreMeasuredMoreOften() throws IOException {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(written("wide", NEVER), 1)) {
      Demonstration demonstration = of(model, samples("wide"));
      assertThat(demonstration.measureWithin(Duration.ofSeconds(20), NONE).rounds())
          .isGreaterThan(demonstration.measureWithin(Duration.ZERO, NONE).rounds());
    }
  }

  /** Beam search knows no lossless exits: the demonstration goes without them. */
  @Test
  void losslessExitsAreLeftOutOfBeamSearch() throws IOException {
    Path file = samples("beams", "{\"image\": \"a.png\", \"generation\": {\"num_beams\": 2}}");
    DemoReport report = measured(written("beams", 0.3), file, 1);
    assertThat(report.ways()).containsOnlyKeys(Decoding.FULL, Decoding.EARLY);
    assertThat(report.violations()).isEmpty();
    assertThat(table(report)).doesNotContainIgnoringCase("lossless exits");
    assertThat(result(report).json().path("samples").path(0).has("lossless")).isFalse();
  }

  /** An answer at full depth. */
  private static Generation answer(String picture) throws IOException {
    Path folder = DemonstrationTest.folder.resolve("golden");
    if (!Files.exists(folder)) {
      written("golden", 0.3);
    }
    try (EncoderDecoderModel model = EncoderDecoderModel.open(folder.resolve("model"), 1)) {
      return model.generate(
          Input.ofImage(DemonstrationTest.folder.resolve(picture)), GenerationOptions.defaults());
    }
  }

  /**
   * A report of one sample.
   *
   * @param millis decode times of full depth and with exits, by turns
   */
  private static DemoReport timed(Generation answer, double... millis) throws IOException {
    List<Observation> full = new ArrayList<>();
    List<Observation> deed = new ArrayList<>();
    for (int i = 0; i < millis.length; i += 2) {
      full.add(observed(answer, millis[i]));
      deed.add(observed(answer, millis[i + 1]));
    }
    return report(ExitSettings.maxProbability(0.3), Decoding.EARLY, full, deed);
  }

  private static Observation observed(Generation generation, double millis) {
    return new Observation(
        "x",
        generation.tokenIds(),
        generation.exitLayers(),
        generation.effort(),
        new Timing(0, 1, millis),
        generation.drafts());
  }

  private static DemoReport report(
      ExitSettings settings, Decoding shown, List<Observation> full, List<Observation> deed)
      throws IOException {
    Map<Decoding, DemoReport.Way> ways = new EnumMap<>(Decoding.class);
    ways.put(Decoding.FULL, way(ExitSettings.full(), full, full));
    ways.put(shown, way(settings, deed, full));
    List<InputLine> one = InputReader.first(samples("timed"), 1);
    return new DemoReport(Path.of("tiny"), 6, one, ways);
  }

  private static DemoReport.Way way(
      ExitSettings settings, List<Observation> run, List<Observation> full) {
    EvaluationExample example = new EvaluationExample("x", Input.empty(), null, List.of(), null);
    return new DemoReport.Way(MadeUpRows.row(settings, example, run, full, 6), run);
  }

  /** It said "DEED takes -171.6 % less in all". */
  @Test
  void savingsAreSaidAsFarAsTheClockTells() throws IOException {
    Generation answer = answer("a.png");
    DemoReport quiet = timed(answer, 8, 2, 8.1, 2.1, 7.9, 2, 8, 2, 8.2, 1.9);
    assertThat(table(quiet))
        .containsPattern("early exits .* 7\\d(-7\\d)? % less +6\\d(-6\\d)? % less")
        .contains(" 8.04 ms ");
    DemoReport slower = timed(answer, 2, 5, 2, 5.1, 2.1, 5, 2, 5, 2, 4.9);
    assertThat(table(slower))
        .containsPattern("early exits .* 1\\d\\d-1\\d\\d % more +\\d+-\\d+ % more")
        .doesNotContain("-1 ", "% less");
    DemoReport loaded = timed(answer, 8, 2, 30, 40, 8, 25, 9, 12, 20, 3);
    assertThat(table(loaded)).containsPattern("early exits .* not measurable +not measurable");
    assertThat(notes(loaded)).contains("not measurable: the interval holds zero");
    assertThat(result(loaded).json().path("told_apart").path("decode_reduction").asBoolean())
        .isFalse();
  }

  @Test
  void marksShowTheLayerOfEveryToken() throws IOException {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(written("marks", 0.3), 1)) {
      Demonstration demonstration = of(model, samples("marks"));
      Generation answer = answer("a.png");
      String plain = demonstration.show(new ExitMarks(6, false, StandardCharsets.US_ASCII, 80));
      assertThat(plain).startsWith("a\n");
      String layers =
          answer.exitLayers().stream().map(layer -> "_" + layer).collect(Collectors.joining());
      assertThat(plain.substring(2).replaceAll("[^_]*(_\\d)", "$1").strip()).isEqualTo(layers);
      assertThat(plain.lines()).allMatch(line -> line.length() <= 80);
      String coloured = demonstration.show(new ExitMarks(6, true, StandardCharsets.UTF_8, 80));
      assertThat(
              coloured.substring(2).replaceAll("\u001b\\[[0-9;]*m", "").replace('\n', ' ').strip())
          .isEqualTo(answer.text() + " ■");
      assertThat(coloured.split("\u001b\\[38;5;", -1)).hasSize(answer.tokenIds().size() + 1);
    }
    assertThat(new ExitMarks(12, false, StandardCharsets.UTF_8, 80).legend("m"))
        .contains(" ¹ ² ", " ¹²", "⁰ was the only one");
  }

  @Test
  void answersBreakBetweenWordsAndLongWordsBetweenTokens() throws IOException {
    Generation answer = answer("a.png");
    List<String> pieces = new ArrayList<>(Collections.nCopies(answer.tokenIds().size(), "abc"));
    pieces.set(3, " b");
    String shown = new ExitMarks(6, false, StandardCharsets.US_ASCII, 20).show(answer, pieces);
    assertThat(shown.lines()).allMatch(line -> line.length() <= 20);
    assertThat(shown.lines().toList().get(1)).startsWith("b_");
    assertThat(shown.replaceAll("_\\d|\n", ""))
        .isEqualTo(String.join("", pieces).replace(" b", "b"));
  }

  @Test
  void wrongLosslessAnswersAreViolations() throws IOException {
    DemoReport report = measured(written("lossless", 0.01), samples("lossless"), 1);
    assertThat(report.equal(Decoding.LOSSLESS)).isEqualTo(2);
    assertThat(report.violations()).isEmpty();
    Path model = report.model();
    try (EncoderDecoderModel opened = EncoderDecoderModel.open(model, 1)) {
      Generation other =
          opened.generate(
              Input.ofImage(folder.resolve("b.png")),
              GenerationOptions.defaults().withExits(ExitSettings.parse("max_prob:0.01@lossless")));
      List<Observation> right = List.of(observed(answer("a.png"), 1));
      List<Observation> wrong = List.of(observed(other, 1));
      DemoReport bad =
          report(ExitSettings.parse("max_prob:0.01@lossless"), Decoding.LOSSLESS, right, wrong);
      assertThat(bad.violations().toList())
          .singleElement()
          .asString()
          .contains("1 of 1 answers are not");
      // Plain exits promise no such thing.
      List<Observation> early = List.of(observed(answer("b.png"), 1));
      assertThat(
              report(ExitSettings.maxProbability(0.01), Decoding.EARLY, right, early).violations())
          .isEmpty();
    }
  }

  @Test
  void aSampleThatCannotBeDecodedIsNamed() throws IOException {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(written("bad", 0.3), 1)) {
      assertThatThrownBy(() -> of(model, samples("no", "{\"id\": \"x\", \"image\": \"no.png\"}")))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("line 1 (id x): the picture ");
      assertThatThrownBy(() -> of(model, samples("none", "")))
          .hasMessageContaining("holds no input");
    }
  }
}
