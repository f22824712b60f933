package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C, with a JVM of its own and a real signal. */
@EnabledOnOs(OS.LINUX)
final class CleanStopTest {
  @TempDir Path folder = Path.of("");

  private @Nullable DeedProcess started;

  private DeedProcess start(Object... arguments) throws IOException {
    DeedProcess process = DeedProcess.start(folder, List.of(), arguments);
    started = process;
    return process;
  }

  @AfterEach
  void endWhatATestLeft() {
    if (started != null) {
      started.process().destroyForcibly();
    }
  }

  private void interrupt(DeedProcess process) throws IOException, InterruptedException {
    process.signal("INT");
    assertThat(process.end()).as(process.stderr()).isEqualTo(Failures.STOPPED);
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  private Path manyLines() throws IOException {
    return Files.write(
        folder.resolve("in.jsonl"),
        java.util.Collections.nCopies(
            100_000, "{\"input_ids\": [5, 6, 7], \"generation\": {\"max_new_tokens\": 20}}"));
  }

  /** Bytes that the process has written to its temporary file beside {@code out.jsonl}. */
  private long partBytes() {
    long bytes = 0;
    for (File file : folder.toFile().listFiles((dir, name) -> name.endsWith(".part"))) {
      bytes += file.length();
    }
    return bytes;
  }

  @Test
  void wholeLinesOfAFileAreKept() throws IOException, InterruptedException {
    Path output = folder.resolve("out.jsonl");
    DeedProcess process =
        start(
            "generate",
            DeedRun.model("bart"),
            "--input",
            manyLines(),
            "--output",
            output,
            "--batch",
            "3");
    DeedProcess.waitFor(() -> partBytes() > 0);
    interrupt(process);
    assertWholeLines(Files.readString(output));
    assertThat(process.stderr().lines().toList().getLast()).startsWith("deed: stopped: ");
  }

  @Test
  void encodingALongInputStopsToo() throws IOException, InterruptedException {
    String many = "5, ".repeat(60_000) + "5";
    Path input =
        Files.writeString(
            folder.resolve("in.jsonl"),
            "{\"input_ids\": [5, 6], \"generation\": {\"max_new_tokens\": 2}}\n"
                + "{\"input_ids\": ["
                + many
                + "]}\n");
    Path output = folder.resolve("out.jsonl");
    DeedProcess process =
        start("generate", DeedRun.model("t5-v1_0"), "--input", input, "--output", output);
    DeedProcess.waitFor(() -> partBytes() > 0);
    // Into the first layer, which alone would take minutes.
    Thread.sleep(2000);
    long start = System.nanoTime();
    interrupt(process);
    assertThat((System.nanoTime() - start) / 1e9).isLessThan(25);
    assertWholeLines(Files.readString(output));
    assertThat(Files.readAllLines(output)).hasSize(1);
  }

  @Test
  void wholeLinesOnStdoutAreKept() throws IOException, InterruptedException {
    DeedProcess process = start("generate", DeedRun.model("bart"), "--input", manyLines());
    Path stdout = folder.resolve("stdout");
    DeedProcess.waitFor(() -> stdout.toFile().length() > 0);
    interrupt(process);
    assertWholeLines(Files.readString(stdout));
  }

  @Test
  void waitingForStandardInputEndsToo() throws IOException, InterruptedException {
    Path output = folder.resolve("out.jsonl");
    DeedProcess process =
        start("generate", DeedRun.model("bart"), "--input", "-", "--output", output);
    try (OutputStream stdin = process.process().getOutputStream()) {
      stdin.write("{\"input_ids\": [5]}\n".getBytes(StandardCharsets.UTF_8));
      stdin.flush();
      DeedProcess.waitFor(() -> partBytes() > 0);
      interrupt(process);
    }
    assertWholeLines(Files.readString(output));
  }

  private static void assertWholeLines(String text) throws IOException {
    assertThat(text).endsWith("\n");
    for (String line : text.lines().toList()) {
      assertThat(new ObjectMapper().readTree(line).path("token_ids")).isNotEmpty();
    }
  }
}
