package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Notes that quote names which are to do something to the terminal. */
final class NotesTest {
  private static final Path GOLDEN =
      DeedRun.ROOT.resolve("core/src/test/resources/golden/exits/vision");

  private static final String ODD = "a\u001b[2J\r\n\u202eb";
  private static final String TOLD = "a\\u001b[2J\\r\\n\\u202eb";

  @TempDir Path folder = Path.of("");

  private static void assertHarmless(DeedRun run) {
    assertThat(run.err()).contains(TOLD).doesNotContain("\u001b", "\r", "\u202e");
  }

  @Test
  void ofAnEvaluation() throws IOException {
    Path model = Files.createDirectory(folder.resolve(ODD));
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(GOLDEN.resolve("model").resolve(file), model.resolve(file));
    }
    Files.copy(GOLDEN.resolve("expected.safetensors"), folder.resolve("x.safetensors"));
    Path data =
        Files.writeString(
            folder.resolve("data.jsonl"),
            "{\"tensors\": {\"pixel_values\": \"x.safetensors:pixel_values.0\"}, \"target\": \"6\"}\n");
    DeedRun run = DeedRun.of("eval", model, "--data", data, "--metric", "exact", "--warm-up", 0);
    assertThat(run.code()).as(run.err()).isZero();
    assertHarmless(run);
  }

  @Test
  void ofAJob() throws IOException {
    Path input = Files.writeString(folder.resolve(ODD), "{\"input_ids\": [99999]}\n");
    DeedRun run = DeedRun.of("generate", DeedRun.model("bart"), "--input", input);
    assertThat(run.code()).isEqualTo(Failures.FAILED);
    assertHarmless(run);
    assertThat(run.err().lines()).hasSize(2);
  }
}
