package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Standard output that takes no more: a reader that goes away, a full disk. */
@EnabledOnOs(OS.LINUX)
final class StandardOutputTest {
  @TempDir static Path folder = Path.of("");

  static Stream<List<Object>> commands() throws IOException {
    Path model = DeedRun.model("bart");
    Path input =
        Files.write(
            folder.resolve("in.jsonl"),
            Collections.nCopies(
                20_000, "{\"input_ids\": [5, 6, 7], \"generation\": {\"max_new_tokens\": 20}}"));
    return Stream.of(
        List.of("--help"),
        List.of("generate", "--help"),
        List.of("--version"),
        List.of("info", model),
        List.of("info", model, "--json"),
        List.of("generate", model, "--input", input));
  }

  /** Runs a command in a shell with what follows it there; the command's exit code. */
  private int run(String then, List<Object> arguments) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("bash", "-c", "\"$@\" " + then, "bash"));
    // The first lines count: the second compiler would not pay.
    words.addAll(DeedProcess.command(List.of("-XX:TieredStopAtLevel=1"), arguments.toArray()));
    Process process =
        new ProcessBuilder(words)
            .redirectOutput(folder.resolve("stdout").toFile())
            .redirectError(folder.resolve("stderr").toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private static String stderr() throws IOException {
    return DeedProcess.withoutWarnings(folder.resolve("stderr"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aReaderThatGoesAwayEndsTheCommandQuietly(List<Object> arguments)
      throws IOException, InterruptedException {
    // Nobody reads from the start: the JVM takes longer to write than true to end.
    int code = run("| true; exit ${PIPESTATUS[0]}", arguments);
    assertThat(stderr()).isEmpty();
    assertThat(code).isEqualTo(Failures.READER_GONE);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void aFullDiskIsAnError(List<Object> arguments) throws IOException, InterruptedException {
    int code = run("> /dev/full", arguments);
    assertThat(stderr())
        .hasLineCount(1)
        .startsWith("deed: stdout: cannot be written (")
        .contains("; make room");
    assertThat(code).isEqualTo(Failures.FAILED);
  }
}
