package dev.deed.evaluation.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.evaluation.MadeUpRows;
import dev.deed.evaluation.RunTotals.Figure;
import dev.deed.evaluation.TinyModel;
import dev.deed.evaluation.WarmUp;
import dev.deed.evaluation.cost.Observation;
import dev.deed.evaluation.report.Paragraph;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemonstrationTest {
  @TempDir static Path folder = Path.of("");

  private static EncoderDecoderModel model;
  private static List<InputLine> samples = List.of();

  @BeforeAll
  static void open() throws IOException {
    model = EncoderDecoderModel.open(TinyModel.write(folder), 1);
    TinyModel.picture(folder.resolve("a.png"), 1);
    TinyModel.picture(folder.resolve("b.png"), 2);
    Path file =
        Files.write(
            folder.resolve("samples.jsonl"),
            List.of("{\"id\": \"a\", \"image\": \"a.png\"}", "{\"image\": \"b.png\"}"));
    samples = InputReader.first(file, Integer.MAX_VALUE);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static List<Answer> answers(Demonstration demonstration) {
    return samples.stream().map(demonstration::decode).toList();
  }

  @Test
  void piecesInARowAreTheText() {
    for (Answer answer : answers(new Demonstration(model, 0.3, false))) {
      assertThat(answer.pieces()).hasSameSizeAs(answer.generation().tokenIds());
      assertThat(String.join("", answer.pieces())).isEqualTo(answer.generation().text());
    }
  }

  @Test
  void tokenIdsStandInForTextWithoutTokenizer() throws IOException {
    Path plain = TinyModel.write(folder.resolve("ids"));
    Files.delete(plain.resolve("tokenizer.json"));
    try (EncoderDecoderModel ids = EncoderDecoderModel.open(plain, 1)) {
      Answer answer = new Demonstration(ids, 0.3, false).decode(samples.getFirst());
      assertThat(answer.generation().text()).isNull();
      assertThat(answer.pieces().getFirst())
          .isEqualTo(" " + answer.generation().tokenIds().getFirst());
    }
  }

  @Test
  void thresholdReplacesTheModelsOwn() {
    assertThat(new Demonstration(model, null, false).policy())
        .isEqualTo(ExitSettings.maxProbability(0.9));
    assertThat(new Demonstration(model, 0.3, false).policy())
        .isEqualTo(ExitSettings.maxProbability(0.3));
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

  /** It said 261.1 % where a prompt begins the decoder. */
  @Test
  void fullDepthRunsAllLayersOfADecoderPromptToo() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("prompted.jsonl"),
            "{\"image\": \"a.png\", \"decoder_prompt\": \"w1 w2 w3 w4 w5 w6 w7 w8\"}");
    Demonstration early = new Demonstration(model, -2.0, false);
    Answer answer = early.decode(InputReader.first(file, 1).getFirst());
    DemoReport report = early.measure(List.of(answer), 1, WarmUp.upTo(Duration.ZERO));
    assertThat(figure(report, Decoding.FULL, Figure.LAYERS_RUN_SHARE)).isEqualTo(1);
    assertThat(figure(report, Decoding.EARLY, Figure.LAYERS_RUN_SHARE)).isLessThan(0.5);
    assertThat(result(report).json().at("/models/0/decodings/full/layers_run_share").asDouble())
        .isEqualTo(1);
  }

  @Test
  void reportCountsAndCompares() {
    Demonstration never = new Demonstration(model, 2.0, false);
    DemoReport report = never.measure(answers(never), 3, WarmUp.upTo(Duration.ZERO));
    for (Decoding way : Decoding.values()) {
      assertThat(report.equal(way)).isEqualTo(2);
      assertThat(figure(report, way, Figure.MEAN_EXIT_LAYER)).isEqualTo(6);
      assertThat(figure(report, way, Figure.LAYERS_RUN_SHARE)).isEqualTo(1);
      assertThat(figure(report, way, Figure.LAYER_PASSES_SHARE)).isEqualTo(1);
    }

    Demonstration always = new Demonstration(model, -2.0, false);
    report = always.measure(answers(always), 2, WarmUp.upTo(Duration.ZERO));
    assertThat(figure(report, Decoding.FULL, Figure.MEAN_EXIT_LAYER)).isEqualTo(6);
    assertThat(figure(report, Decoding.EARLY, Figure.MEAN_EXIT_LAYER)).isEqualTo(1);
    assertThat(figure(report, Decoding.EARLY, Figure.LAYERS_RUN_SHARE)).isEqualTo(1.0 / 6);
    assertThat(report.equal(Decoding.LOSSLESS)).isEqualTo(2);
    JsonNode json = result(report).json();
    assertThat(json.path("layers").asInt()).isEqualTo(6);
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

  /** Full depth, early exits and lossless exits stand side by side, whichever is shown. */
  @Test
  void theTableHasARowForEachModelAndWayOfDecoding() throws IOException {
    Demonstration shallow = new Demonstration(model, -2.0, false);
    Demonstration verified = new Demonstration(model, -2.0, true);
    DemoReport first = shallow.measure(answers(shallow), 1, WarmUp.upTo(Duration.ZERO));
    Path written = TinyModel.write(DemonstrationTest.folder.resolve("other"));
    Path folder = Files.move(written, DemonstrationTest.folder.resolve("second"));
    try (EncoderDecoderModel other = EncoderDecoderModel.open(folder, 1)) {
      Demonstration full = new Demonstration(other, 2.0, false);
      DemoReport second = full.measure(answers(full), 1, WarmUp.upTo(Duration.ZERO));
      DemoResult both = result(first, second);
      assertThat(
              table(first, second).lines().skip(2).limit(9).map(line -> line.replaceAll(" +", " ")))
          .satisfiesExactly(
              line -> assertThat(line).isEqualTo(first.name()),
              line -> assertThat(line).startsWith(" full depth 6.00 100 % 100 % ").contains(" ms "),
              line -> assertThat(line).startsWith(" early exits 1.00 17 % 17 % not measurable "),
              line -> assertThat(line).startsWith(" lossless exits ").endsWith(" 2/2"),
              line -> assertThat(line).isEqualTo("second"),
              line -> assertThat(line).startsWith(" full depth "),
              line -> assertThat(line).startsWith(" early exits 6.00 100 % 100 % "),
              line -> assertThat(line).startsWith(" lossless exits "),
              line -> assertThat(line).isEmpty());
      assertThat(notes(first, second))
          .contains(" drafts kept; all answers are those of full depth.");
      JsonNode json = both.json();
      assertThat(json.path("samples"))
          .extracting(sample -> Path.of(sample.path("model").asText()))
          .containsExactly(first.model(), first.model(), folder, folder);
      assertThat(json.path("model").asText()).isEqualTo(first.model().toString());
      assertThat(json.path("mean_exit_layer").asDouble()).isEqualTo(1);
      JsonNode ways = json.path("models").path(1).path("decodings");
      assertThat(ways.path("early").path("mean_exit_layer").asDouble()).isEqualTo(6);
      assertThat(ways.path("lossless").path("equal_to_full").asInt()).isEqualTo(2);
      assertThat(ways.path("lossless").path("policy").asText()).isEqualTo("max_prob:2.0@lossless");
    }
    DemoReport shown = verified.measure(answers(verified), 1, WarmUp.upTo(Duration.ZERO));
    assertThat(shown.ways()).containsOnlyKeys(first.ways().keySet());
    assertThat(result(shown).json().path("mean_exit_layer").asDouble()).isGreaterThan(1);
  }

  /** Beam search knows no lossless exits: the demonstration goes without them. */
  @Test
  void losslessExitsAreLeftOutOfBeamSearch() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("beams.jsonl"),
            "{\"image\": \"a.png\", \"generation\": {\"num_beams\": 2}}");
    InputLine beams = InputReader.first(file, 1).getFirst();
    Demonstration demonstration = new Demonstration(model, 0.3, false);
    DemoReport report =
        demonstration.measure(List.of(demonstration.decode(beams)), 1, WarmUp.upTo(Duration.ZERO));
    assertThat(report.ways()).containsOnlyKeys(Decoding.FULL, Decoding.EARLY);
    assertThat(report.violations()).isEmpty();
    assertThat(table(report)).doesNotContainIgnoringCase("lossless exits");
    assertThat(result(report).json().path("samples").path(0).has("lossless")).isFalse();
  }

  /**
   * A report of one sample.
   *
   * @param millis decode times of full depth and with exits, by turns
   */
  private static DemoReport timed(Answer answer, double... millis) {
    List<Observation> full = new ArrayList<>();
    List<Observation> deed = new ArrayList<>();
    for (int i = 0; i < millis.length; i += 2) {
      full.add(observed(answer, millis[i]));
      deed.add(observed(answer, millis[i + 1]));
    }
    return report(ExitSettings.maxProbability(0.3), Decoding.EARLY, answer, full, deed);
  }

  private static Observation observed(Answer answer, double millis) {
    Generation generation = answer.generation();
    return new Observation(
        "x",
        generation.tokenIds(),
        generation.exitLayers(),
        generation.effort(),
        new Timing(0, 1, millis),
        generation.drafts());
  }

  private static DemoReport report(
      ExitSettings settings,
      Decoding shown,
      Answer answer,
      List<Observation> full,
      List<Observation> deed) {
    Map<Decoding, DemoReport.Way> ways = new EnumMap<>(Decoding.class);
    ways.put(Decoding.FULL, way(ExitSettings.full(), answer, full, full));
    ways.put(shown, way(settings, answer, deed, full));
    return new DemoReport(Path.of("tiny"), 6, List.of(answer), shown, ways);
  }

  private static DemoReport.Way way(
      ExitSettings settings, Answer answer, List<Observation> run, List<Observation> full) {
    return new DemoReport.Way(MadeUpRows.row(settings, answer.example(), run, full, 6), run);
  }

  /** It said "DEED takes -171.6 % less in all". */
  @Test
  void savingsAreSaidAsFarAsTheClockTells() {
    Answer answer = answers(new Demonstration(model, 0.3, false)).getFirst();
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
  void marksShowTheLayerOfEveryToken() {
    Answer answer = new Demonstration(model, 0.3, false).decode(samples.getFirst());
    String plain = new ExitMarks(6, false, false, StandardCharsets.US_ASCII, 80).show(answer);
    String layers =
        answer.generation().exitLayers().stream()
            .map(layer -> "_" + layer)
            .collect(Collectors.joining());
    assertThat(plain.replaceAll("[^_]*(_\\d)", "$1").strip()).isEqualTo(layers);
    assertThat(plain.lines()).allMatch(line -> line.length() <= 80);
    assertThat(new ExitMarks(12, false, false, StandardCharsets.UTF_8, 80).legend("m"))
        .contains(" ¹ ² ", " ¹²", "⁰ was the only one");
    String coloured = new ExitMarks(6, true, false, StandardCharsets.UTF_8, 80).show(answer);
    assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "").replace('\n', ' ').strip())
        .isEqualTo(answer.generation().text() + " ■");
    assertThat(coloured.split("\u001b\\[38;5;", -1))
        .hasSize(answer.generation().tokenIds().size() + 1);
  }

  @Test
  void answersBreakBetweenWordsAndLongWordsBetweenTokens() {
    Answer decoded = new Demonstration(model, 0.3, false).decode(samples.getFirst());
    Generation generation = decoded.generation();
    List<String> pieces = new ArrayList<>(Collections.nCopies(generation.tokenIds().size(), "abc"));
    pieces.set(3, " b");
    Answer answer = new Answer(decoded.line(), decoded.example(), generation, pieces);
    String shown = new ExitMarks(6, false, false, StandardCharsets.US_ASCII, 20).show(answer);
    assertThat(shown.lines()).allMatch(line -> line.length() <= 20);
    assertThat(shown.lines().toList().get(1)).startsWith("b_");
    assertThat(shown.replaceAll("_\\d|\n", ""))
        .isEqualTo(String.join("", pieces).replace(" b", "b"));
  }

  /** Where a token was drafted, and what became of drafts, is said as such. */
  @Test
  void losslessExitsGiveFullDepthAndTellTheirDrafts() {
    Demonstration lossless = new Demonstration(model, 0.01, true);
    assertThat(lossless.policy()).hasToString("max_prob:0.01@lossless");
    assertThat(lossless.verifies()).isTrue();
    DemoReport report = lossless.measure(answers(lossless), 1, WarmUp.upTo(Duration.ZERO));
    assertThat(report.equal(Decoding.LOSSLESS)).isEqualTo(2);
    JsonNode sample = result(report).json().path("samples").path(0);
    assertThat(sample.path("drafted").asInt()).isPositive();
    assertThat(notes(report)).contains(" drafts kept; all answers are those of full depth.");
    assertThat(new ExitMarks(3, false, true, StandardCharsets.UTF_8, 80).legend("m"))
        .isEqualTo(
            """
            m: numbers are the layers that drafted: ¹ ² ³; ³ was written by full depth,
            which verified and kept all others; ⁰ was copied, drafted in int8 or the only
            one allowed; ■ is the end.
            """);
    Answer answer = report.answers().getFirst();
    List<Observation> right = List.of(observed(answer, 1));
    Answer other = new Demonstration(model, -2.0, true).decode(samples.getLast());
    List<Observation> wrong = List.of(observed(other, 1));
    DemoReport bad = report(lossless.policy(), Decoding.LOSSLESS, answer, right, wrong);
    assertThat(notes(bad)).contains("ERROR: answers are not those of full depth");
    assertThat(bad.violations().toList())
        .singleElement()
        .asString()
        .contains("1 of 1 answers are not");
    assertThat(report.violations()).isEmpty();
    // Plain exits promise no such thing.
    ExitSettings early = ExitSettings.maxProbability(0.01);
    Answer plain = new Demonstration(model, -2.0, false).decode(samples.getLast());
    List<Observation> differing = List.of(observed(plain, 1));
    assertThat(report(early, Decoding.EARLY, answer, right, differing).violations()).isEmpty();
  }

  @Test
  void aSampleThatCannotBeDecodedIsNamed() throws IOException {
    Path file =
        Files.writeString(folder.resolve("bad.jsonl"), "{\"id\": \"x\", \"image\": \"no.png\"}");
    InputLine bad = InputReader.first(file, Integer.MAX_VALUE).getFirst();
    Demonstration demonstration = new Demonstration(model, null, false);
    assertThatThrownBy(() -> demonstration.decode(bad))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("sample x: picture ");
    Path empty = Files.writeString(folder.resolve("empty.jsonl"), "\n");
    assertThatThrownBy(() -> InputReader.first(empty, 1)).hasMessageContaining("holds no input");
  }
}
