package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.EncoderDecoderModel;
import dev.deed.data.InputReader;
import dev.deed.evaluation.DemoReport;
import dev.deed.evaluation.DemoReport.Decoding;
import dev.deed.evaluation.DemoResult;
import dev.deed.evaluation.Demonstration;
import dev.deed.evaluation.EvaluationRow;
import dev.deed.evaluation.EvaluationRow.DraftFigures;
import dev.deed.evaluation.WarmUp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code deed eval} and {@code deed demo} as a user types them. */
final class EvaluationCommandsTest {
  private static final Path GOLDEN =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root")))
          .resolve("core/src/test/resources/golden/exits/vision");

  private static final String MODEL = GOLDEN.resolve("model").toString();

  @TempDir Path folder = Path.of("");

  private Path data = Path.of("");

  private static void assertOneLine(DeedRun run, String... parts) {
    run.assertOneLine(2, parts);
    assertThat(run.out()).isEmpty();
  }

  @BeforeEach
  void writeData() throws IOException {
    Files.copy(GOLDEN.resolve("expected.safetensors"), folder.resolve("x.safetensors"));
    String line =
        "{\"id\": %d, \"tensors\": {\"pixel_values\": \"x.safetensors:pixel_values.%d\"},"
            + " \"target\": \"60 119\"}";
    data =
        Files.write(
            folder.resolve("data.jsonl"),
            List.of(line.formatted(0, 0), line.formatted(1, 1), line.formatted(2, 2)));
  }

  private DeedRun eval(String... more) {
    String[] args = {
      "eval", MODEL, "--data", data.toString(), "--metric", "exact,cer", "--warm-up", "0"
    };
    String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return DeedRun.of(all);
  }

  @Test
  void evalGivesATableOnStdoutAndProgressOnStderr() {
    DeedRun run = eval("--policies", "full; static:1..2");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .anyMatch(line -> line.startsWith("policy "))
        .anyMatch(line -> line.startsWith("static:2 "));
    assertThat(run.err()).contains("warming up");
    assertThat(eval("--quiet").err()).isEmpty();
  }

  @Test
  void evalGivesJsonAlone() throws IOException {
    Path out = folder.resolve("results");
    DeedRun run =
        eval("--policies", "full; max_prob:0.4", "--json", "--limit", "2", "--out", out.toString());
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("examples").asInt()).isEqualTo(2);
    assertThat(json.path("rows")).hasSize(2);
    assertThat(json.path("command").asText())
        .startsWith("deed eval ")
        .contains("--policies 'full; max_prob:0.4'");
    assertThat(out).isDirectoryContaining("glob:**evaluation.json");
    assertThat(out.toFile().list()).containsExactlyInAnyOrder("evaluation.json", "evaluation.md");
  }

  @Test
  void evalComparesModels() throws IOException {
    DeedRun run = eval("--policies", "full;static:2", "--compare", MODEL, "--json", "--batch", "2");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode rows = new ObjectMapper().readTree(run.out()).path("rows");
    assertThat(rows).hasSize(4);
    assertThat(rows.path(0).path("model").asText()).isEqualTo(MODEL);
    assertThat(rows.path(2).path("model").asText()).isEqualTo(MODEL + " (2)");
  }

  @Test
  void evalRefusesInOneLine() throws IOException {
    assertOneLine(eval("--policies", "best"), "policy \"best\"");
    assertOneLine(eval("--policies", "static:9", "--quiet"), "static:9", "exits at");
    assertOneLine(eval("--batch", "0"), "--batch");
    assertOneLine(eval("--limit", "many"), "--limit");
    assertOneLine(eval("--out", data.toString()), "is a file");
    assertOneLine(DeedRun.of("eval", MODEL, "--metric", "exact"), "--data");
    assertOneLine(
        DeedRun.of("eval", MODEL, "--data", data.toString(), "--metric", "best"), "metric best");
    assertOneLine(
        DeedRun.of("eval", MODEL, "--data", folder.resolve("no").toString(), "--metric", "exact"),
        "no such file");
    Files.writeString(data, "{\"image\": \"absent.png\", \"target\": \"x\"}\n");
    assertOneLine(eval(), "line 1", "absent.png");
  }

  @Test
  void demoGivesJsonAlone() throws IOException {
    DeedRun run =
        DeedRun.of(
            "demo", "--model", MODEL, "--samples", data.toString(), "--repeats", "1", "--json");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("samples")).hasSize(3);
    assertThat(json.path("samples").path(0).path("exit_layers").size()).isPositive();
  }

  @Test
  void demoShowsTokensThenTheTable() {
    DeedRun run =
        DeedRun.of(
            "demo", "--model", MODEL, "--samples", data.toString(), "--repeats", "1", "--quiet");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains(": numbers are exit layers: ", "\nBeside full depth");
    assertThat(run.out()).contains("\ndecoding ", "full depth ", "early exits ", "lossless exits ");
    assertThat(run.out().lines().filter(line -> !line.startsWith("e")))
        .allMatch(line -> line.length() <= 80);
  }

  /** What lossless exits promise was not kept: a script must not take that for success. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void demoFailsWhereLosslessAnswersAreWrong(boolean json) {
    DemoCommand command = new DemoCommand();
    command.common.json = json;
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    try (EncoderDecoderModel model = EncoderDecoderModel.open(Path.of(MODEL), 1)) {
      DemoReport report =
          new Demonstration(model, data, InputReader.first(data, 2))
              .measure(1, WarmUp.upTo(Duration.ZERO));
      Map<Decoding, DemoReport.Way> wrong = new EnumMap<>(report.ways());
      wrong.computeIfPresent(
          Decoding.LOSSLESS,
          (_, way) -> new DemoReport.Way(differing(way.row()), way.runs().reversed()));
      System.setOut(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(told, true, StandardCharsets.UTF_8));
      assertThat(command.print(new DemoResult(List.of(report)))).isZero();
      assertThat(told.size()).isZero();
      int code =
          command.print(
              new DemoResult(
                  List.of(
                      new DemoReport(report.model(), report.layers(), report.samples(), wrong))));
      assertThat(code).isEqualTo(1);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
    assertThat(told.toString(StandardCharsets.UTF_8).lines())
        .singleElement()
        .asString()
        .startsWith("deed: ERROR: ")
        .contains("2 of 2 answers are not those of full depth");
  }

  private static EvaluationRow differing(EvaluationRow row) {
    DraftFigures drafts = Objects.requireNonNull(row.drafts());
    return new EvaluationRow(
        row.model(),
        row.policy(),
        row.resolved(),
        row.sameAs(),
        row.metrics(),
        row.figures(),
        new DraftFigures(
            drafts.drafted(),
            drafts.accepted(),
            drafts.verifications(),
            drafts.acceptedShare(),
            drafts.length(),
            2),
        row.exits(),
        row.batches());
  }

  @Test
  void demoRefusesInOneLine() {
    assertOneLine(DeedRun.of("demo", "--model", MODEL), "samples.jsonl", "no such file");
    assertOneLine(DeedRun.of("demo", "--repeats", "0"), "--repeats");
    assertOneLine(DeedRun.of("demo", "--samples", data.toString()), "--samples", "give --model");
    assertOneLine(DeedRun.of("demo", "--model", folder.resolve("no").toString()), "samples");
    String root = System.getProperty("deed.root");
    try {
      System.setProperty("deed.root", folder.toString());
      assertOneLine(DeedRun.of("demo"), "shipped model", "is missing", "--model");
    } finally {
      System.setProperty("deed.root", Objects.requireNonNull(root));
    }
  }

  private DeedRun calibrate(String... more) {
    String[] args = {"calibrate", MODEL, "--data", data.toString(), "--dry-run", "--warm-up", "0"};
    String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return DeedRun.of(all);
  }

  @Test
  void calibrateSaysBeforehandWhatSoFewExamplesCannotShow() {
    assertOneLine(calibrate(), "tolerance 1.0", "cannot show less than", "give more examples");
  }

  @Test
  void calibrateWithoutAnAcceptedSettingEndsWithOne() throws IOException {
    DeedRun run =
        calibrate("--tolerance", "99", "--level", "0.5", "--json", "--thresholds", "2", "--quiet");
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("chosen").isNull()).isTrue();
    assertThat(json.path("searched").asInt()).isPositive();
  }

  @Test
  void calibrateRefusesWhatMakesNoSense() {
    assertOneLine(calibrate("--metric", "cer"), "metric cer", "use exact");
    assertOneLine(calibrate("--tolerance", "0"), "tolerance 0.0");
    assertOneLine(calibrate("--level", "1"), "level 1.0");
    assertOneLine(calibrate("--confidence", "hope"), "--confidence", "names hope");
    assertOneLine(calibrate("--thresholds", "a"), "--thresholds", "is a");
    assertOneLine(calibrate("--decay", "-1"), "--decay", "0 or more");
    assertOneLine(calibrate("--gates", "2"), "--gates", "within 0..1");
    assertOneLine(
        calibrate("--gates", "0,0.5", "--confidence", "gate"),
        "--gates",
        "no --confidence asks the head");
    assertOneLine(calibrate("--against", "luck"), "--against", "full or references");
    assertOneLine(calibrate("--search-examples", "3"), "--search-examples", "1..2");
  }
}
