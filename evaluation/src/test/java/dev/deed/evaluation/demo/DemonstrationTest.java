package dev.deed.evaluation.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.ExitSettings;
import dev.deed.Generation;
import dev.deed.Timing;
import dev.deed.checkpoint.BadInputException;
import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.evaluation.TinyModel;
import dev.deed.evaluation.WarmUp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

  @Test
  void reportCountsAndCompares() {
    Demonstration never = new Demonstration(model, 2.0, false);
    DemoReport report = never.measure(answers(never), 3, WarmUp.upTo(Duration.ZERO));
    assertThat(report.rows()).allMatch(DemoRow::equalToFull);
    assertThat(report.meanExitLayer()).isEqualTo(6);
    assertThat(report.layersRunShare()).isEqualTo(1);

    Demonstration always = new Demonstration(model, -2.0, false);
    report = always.measure(answers(always), 2, WarmUp.upTo(Duration.ZERO));
    assertThat(report.meanExitLayer()).isEqualTo(1);
    assertThat(report.layersRunShare()).isEqualTo(1.0 / 6);
    JsonNode json = report.json();
    assertThat(json.path("layers").asInt()).isEqualTo(6);
    assertThat(json.path("samples")).hasSize(2);
    JsonNode sample = json.path("samples").path(0);
    assertThat(sample.path("image").asText()).isEqualTo(folder.resolve("a.png").toString());
    assertThat(sample.path("text").asText()).isNotEmpty();
    assertThat(sample.path("exit_layers")).hasSameSizeAs(sample.path("token_ids"));
    assertThat(sample.path("equal_to_full").isBoolean()).isTrue();
    for (String side : List.of("full", "deed")) {
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
    assertThat(report.table())
        .contains(
            "mean", "16.7 %", " of 2", "decode time not told apart (fewer than five measurements)");
  }

  /**
   * A report of one sample.
   *
   * @param millis decode times of full depth and with exits, by turns
   */
  private static DemoReport report(Answer answer, double... millis) {
    List<Timing> full = new ArrayList<>();
    List<Timing> deed = new ArrayList<>();
    for (int i = 0; i < millis.length; i += 2) {
      full.add(new Timing(0, 1, millis[i]));
      deed.add(new Timing(0, 1, millis[i + 1]));
    }
    DemoRow row = new DemoRow(answer, true, full, deed);
    return new DemoReport(folder, ExitSettings.maxProbability(0.3), 6, full.size(), List.of(row));
  }

  /** It said "DEED takes -171.6 % less in all". */
  @Test
  void savingsAreSaidAsFarAsTheClockTells() {
    Answer answer = answers(new Demonstration(model, 0.3, false)).getFirst();
    DemoReport quiet = report(answer, 8, 2, 8.1, 2.1, 7.9, 2, 8, 2, 8.2, 1.9);
    assertThat(quiet.table())
        .contains("of the layers: 75.0 % less decode time (", "66.7 % less time in all (")
        .doesNotContain("Times of equal work differ");
    DemoReport slower = report(answer, 2, 5, 2, 5.1, 2.1, 5, 2, 5, 2, 4.9);
    assertThat(slower.table())
        .contains("150.0 % more decode time (", "100.0 % more time in all (")
        .doesNotContain("-1", "less");
    DemoReport loaded = report(answer, 8, 2, 30, 40, 8, 25, 9, 12, 20, 3);
    assertThat(loaded.table())
        .contains("decode time not told apart (", " % more to ", "time in all not told apart (")
        .contains("Times of equal work differ: half of the runs took over")
        .contains("give --threads below its cores, or --repeats 20.");
    assertThat(loaded.json().path("told_apart").path("decode_reduction").asBoolean()).isFalse();
    assertThat(loaded.json().path("spread").asDouble()).isGreaterThan(0.15);
    assertThat(report(answer, 8, 2).json().path("spread").isNull()).isTrue();
  }

  @Test
  void marksShowTheLayerOfEveryToken() {
    Answer answer = new Demonstration(model, 0.3, false).decode(samples.getFirst());
    String plain = new ExitMarks(6, false, false, StandardCharsets.US_ASCII).show(answer);
    String layers =
        answer.generation().exitLayers().stream()
            .map(layer -> "_" + layer)
            .collect(Collectors.joining());
    assertThat(plain.replaceAll("[^_]*(_\\d)", "$1").strip()).isEqualTo(layers);
    assertThat(plain.lines()).allMatch(line -> line.length() <= 96);
    assertThat(new ExitMarks(12, false, false, StandardCharsets.UTF_8).legend())
        .contains(" ¹ ² ", " ¹²");
    String coloured = new ExitMarks(6, true, false, StandardCharsets.UTF_8).show(answer);
    assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "").replace('\n', ' ').strip())
        .isEqualTo(answer.generation().text() + " ■");
    assertThat(coloured.split("\u001b\\[38;5;", -1))
        .hasSize(answer.generation().tokenIds().size() + 1);
  }

  /** Where a token was drafted, and what became of drafts, is said as such. */
  @Test
  void losslessExitsGiveFullDepthAndTellTheirDrafts() {
    Demonstration lossless = new Demonstration(model, 0.01, true);
    assertThat(lossless.policy()).hasToString("max_prob:0.01@lossless");
    assertThat(lossless.verifies()).isTrue();
    DemoReport report = lossless.measure(answers(lossless), 1, WarmUp.upTo(Duration.ZERO));
    assertThat(report.rows()).allMatch(DemoRow::equalToFull);
    JsonNode sample = report.json().path("samples").path(0);
    assertThat(sample.path("drafted").asInt()).isPositive();
    assertThat(report.table()).contains("were kept. All answers are those of full depth.");
    assertThat(new ExitMarks(3, false, true, StandardCharsets.UTF_8).legend())
        .isEqualTo(
            "Each token with the number of the layer that drafted it: ¹ ² ³; ³ was written by full"
                + " depth, which verified and kept all others; ⁰ was copied from the input; ■ is"
                + " the end token.\n");
    Generation full = report.rows().getFirst().answer().generation();
    DemoRow wrong =
        new DemoRow(
            report.rows().getFirst().answer(),
            false,
            List.of(full.timing()),
            List.of(full.timing()));
    DemoReport bad = new DemoReport(folder, lossless.policy(), 6, 1, List.of(wrong));
    assertThat(bad.table()).contains("ERROR: 1 answers are not those of full depth");
    assertThat(bad.violations()).singleElement().asString().contains("1 of 1 answers are not");
    assertThat(report.violations()).isEmpty();
    // Plain exits promise no such thing.
    ExitSettings plain = ExitSettings.maxProbability(0.01);
    assertThat(new DemoReport(folder, plain, 6, 1, List.of(wrong)).violations()).isEmpty();
  }

  @Test
  void aSampleThatCannotBeDecodedIsNamed() throws IOException {
    Path file =
        Files.writeString(folder.resolve("bad.jsonl"), "{\"id\": \"x\", \"image\": \"no.png\"}");
    InputLine bad = InputReader.first(file, Integer.MAX_VALUE).getFirst();
    Demonstration demonstration = new Demonstration(model, null, false);
    assertThatThrownBy(() -> demonstration.decode(bad))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("sample x: picture ");
    Path empty = Files.writeString(folder.resolve("empty.jsonl"), "\n");
    assertThatThrownBy(() -> InputReader.first(empty, 1)).hasMessageContaining("holds no input");
  }
}
