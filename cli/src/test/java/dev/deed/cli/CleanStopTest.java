package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C, with a JVM of its own and a real signal. */
@EnabledOnOs(OS.LINUX)
final class CleanStopTest {
  private static final int SIGINT = 130;

  @TempDir Path folder = Path.of("");

  private Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    // env, as a process whose parent ignores SIGINT ignores it too.
    command.add("env");
    command.add("--default-signal=INT");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectOutput(folder.resolve("stdout").toFile())
        .redirectError(folder.resolve("stderr").toFile())
        .start();
  }

  private static void waitFor(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
      Thread.sleep(100);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  private void interrupt(Process process) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(stderr()).isEqualTo(SIGINT);
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  private String stderr() throws IOException {
    return Files.readString(folder.resolve("stderr"));
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
    Process process =
        start(
            "generate",
            DeedRun.model("bart").toString(),
            "--input",
            manyLines().toString(),
            "--output",
            output.toString(),
            "--batch",
            "3");
    waitFor(() -> partBytes() > 0);
    interrupt(process);
    assertWholeLines(Files.readString(output));
    assertThat(stderr().lines().toList().getLast()).startsWith("deed: stopped: ");
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
    Process process =
        start(
            "generate",
            DeedRun.model("t5-v1_0").toString(),
            "--input",
            input.toString(),
            "--output",
            output.toString());
    waitFor(() -> partBytes() > 0);
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
    Process process =
        start("generate", DeedRun.model("bart").toString(), "--input", manyLines().toString());
    Path stdout = folder.resolve("stdout");
    waitFor(() -> stdout.toFile().length() > 0);
    interrupt(process);
    assertWholeLines(Files.readString(stdout));
  }

  @Test
  void waitingForStandardInputEndsToo() throws IOException, InterruptedException {
    Path output = folder.resolve("out.jsonl");
    Process process =
        start(
            "generate",
            DeedRun.model("bart").toString(),
            "--input",
            "-",
            "--output",
            output.toString());
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write("{\"input_ids\": [5]}\n".getBytes(StandardCharsets.UTF_8));
      stdin.flush();
      waitFor(() -> partBytes() > 0);
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
