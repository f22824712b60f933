package dev.deed.lab.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.cli.DeedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deed bench} as a user types it. */
final class BenchCommandTest {
  private static final Path VISION = DeedRun.model("vision");
  private static final Path TEXT = DeedRun.model("bart");

  @TempDir Path folder = Path.of("");

  private static DeedRun bench(Object... more) {
    Object[] all = new Object[more.length + 7];
    all[0] = "bench";
    List<Object> quick = List.of("--warm-up", 0, "--repeats", 1, "--new-tokens", 5);
    for (int i = 0; i < quick.size(); i++) {
      all[i + 1] = quick.get(i);
    }
    System.arraycopy(more, 0, all, 7, more.length);
    return DeedRun.of(all);
  }

  @Test
  void measuresAllCombinations() throws IOException {
    Path out = folder.resolve("out");
    DeedRun run =
        bench(
            TEXT,
            VISION,
            "--precision",
            "fp32,int8",
            "--batch",
            "1,2",
            "--threads",
            1,
            "--source-length",
            12,
            "--json",
            "--out",
            out);
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("machine").path("limits")).hasSize(1);
    assertThat(json.path("rows")).hasSize(2 * 2 * 2);
    assertThat(json.path("rows").get(1).path("batch").asInt()).isEqualTo(2);
    assertThat(json.path("rows").get(1).path("source_length").asInt()).isEqualTo(12);
    assertThat(json.path("parts")).hasSize(8);
    assertThat(out.resolve("bench.md")).content().contains("deed bench ");
    assertThat(run.err()).contains("model, fp32, threads 1, batch 2, 12 → 5 tokens: deed");
  }

  @Test
  void sweepsLengthsWithoutParts() throws IOException {
    DeedRun run =
        DeedRun.of(
            "bench",
            TEXT,
            "--source-length",
            "9,12",
            "--new-tokens",
            "4,5",
            "--no-parts",
            "--threads",
            1,
            "--warm-up",
            0,
            "--repeats",
            1,
            "--quiet",
            "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("rows"))
        .extracting(row -> row.path("source_length") + " → " + row.path("new_tokens"))
        .containsExactly("9 → 4", "9 → 5", "12 → 4", "12 → 5");
    assertThat(json.path("parts")).isEmpty();
  }

  @Test
  void pairsTakeTurns() throws IOException {
    DeedRun run =
        bench(
            TEXT, VISION, "--pairs", "--no-parts", "--threads", 1, "--source-length", 9, "--json");
    assertThat(run.code()).as(run.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.path("rows")).hasSize(2);
    assertThat(json.path("pairs")).hasSize(1);
    bench(TEXT, "--pairs").assertOneLine(2, "--pairs", "there is one");
  }

  @Test
  @Tag("night")
  void takesRealInputsAndExits() throws IOException {
    Path inputs =
        Files.write(
            folder.resolve("in.jsonl"),
            List.of("{\"input_ids\": [5, 6, 7]}", "{\"input_ids\": [8, 9]}"));
    Path schedule =
        Files.writeString(folder.resolve("run.jsonl"), "{\"exit_layers\": [1, 1, 4]}\n");
    DeedRun run =
        bench(TEXT, "--input", inputs, "--exit-schedule", schedule, "--threads", 1, "--quiet");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("deed-exits");
    Path lossless = folder.resolve("lossless.jsonl");
    DeedRun traced =
        DeedRun.of(
            "generate",
            TEXT,
            "--input",
            inputs,
            "--output",
            lossless,
            "--policy",
            "max_prob:0.01@lossless",
            "--max-new-tokens",
            9,
            "--trace");
    assertThat(traced.code()).as(traced.err()).isZero();
    DeedRun drafts =
        bench(TEXT, "--input", inputs, "--exit-schedule", lossless, "--threads", 1, "--quiet");
    assertThat(drafts.code()).as(drafts.err()).isZero();
    assertThat(drafts.out()).contains("deed-lossless").doesNotContain("differ");
    DeedRun settings =
        bench(
            TEXT,
            "--input",
            inputs,
            "--lossless",
            "--draft-precision",
            "int8",
            "--threads",
            1,
            "--quiet");
    assertThat(settings.code()).as(settings.err()).isZero();
    assertThat(settings.out()).contains("deed-settings").doesNotContain("differ");
    bench(TEXT, "--exit-schedule", lossless, "--schedule-layers", 1)
        .assertOneLine(2, "has the exit layer 6, and --schedule-layers says 1");
    bench(TEXT, "--input", inputs, "--batch", 3).assertOneLine(2, "holds 2 inputs");
  }

  @Test
  void saysWhatIsWrong() {
    bench(TEXT, "--threads", 0).assertOneLine(2, "--threads", "is 0");
    bench(TEXT, "--batch", 0).assertOneLine(2, "--batch", "is 0");
    bench(TEXT, "--schedule-layers", 4).assertOneLine(2, "--schedule-layers", "there is none");
    bench(TEXT, "--head-tokens", -1).assertOneLine(2, "--head-tokens", "is -1");
    bench(TEXT, "--head-tokens", 2_000_000_000).assertOneLine(2, "cannot keep 2000000000");
    bench(TEXT, "--head-tokens", 3, "--screen").assertOneLine(2, "--screen", "leave one");
    DeedRun.of("bench", TEXT, "--new-tokens", 1).assertOneLine(2, "--new-tokens", "is 1");
    DeedRun.of("bench", TEXT, "--new-tokens", 200, "--source-length", 9, "--quiet")
        .assertOneLine(2, "decodes at most");
    bench(TEXT, TEXT.resolve("none")).assertOneLine(2, "none", "is not a folder");
    bench(
            TEXT,
            "--source-length",
            9,
            "--quiet",
            "--peers",
            "--peers-script",
            TEXT.resolve("config.json"),
            "--python",
            "no")
        .assertOneLine(2, "--python no", "cannot be started");
    bench(TEXT, "--peers", "--peers-script", folder.resolve("none.py"))
        .assertOneLine(2, "none.py", "is no file");
    // The script of the checkout is found by itself.
    bench(TEXT, "--source-length", 9, "--quiet", "--peers", "--python", "no")
        .assertOneLine(2, "--python no", "cannot be started");
  }
}
