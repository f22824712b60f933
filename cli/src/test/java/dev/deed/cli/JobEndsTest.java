package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Ends of a job that it does not choose, in JVMs of their own: no line is lost, none is double. */
@EnabledOnOs(OS.LINUX)
final class JobEndsTest {
  private static final int LINES = 60;

  @TempDir Path folder = Path.of("");

  private final List<DeedProcess> started = new ArrayList<>();

  private DeedProcess start(List<String> jvmFlags, Object... arguments) throws IOException {
    DeedProcess process = DeedProcess.start(folder, jvmFlags, arguments);
    started.add(process);
    return process;
  }

  @AfterEach
  void endThoseThatATestLeft() {
    started.forEach(process -> process.process().destroyForcibly());
  }

  private Path input() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < LINES; i++) {
      lines.add(
          "{\"id\": %d, \"input_ids\": [%d, 6, 7], \"generation\": {\"max_new_tokens\": 60}}"
              .formatted(i, 4 + i));
      if (i % 7 == 0) {
        lines.add("");
      }
    }
    return Files.write(folder.resolve("in.jsonl"), lines);
  }

  private Object[] job(Path input, Path output, String... options) {
    List<Object> arguments =
        new ArrayList<>(
            List.of("generate", DeedRun.model("bart"), "--input", input, "--output", output));
    arguments.addAll(List.of(options));
    return arguments.toArray();
  }

  private static List<ObjectNode> results(Path file) throws IOException {
    List<ObjectNode> results = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      ObjectNode result = (ObjectNode) new ObjectMapper().readTree(line);
      result.remove("timing");
      results.add(result);
    }
    return results;
  }

  /** Lines that jobs have left, in the output or beside it. */
  private long lines(Path output) throws IOException {
    long lines = 0;
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        if (file.getFileName().toString().startsWith(output.getFileName().toString())) {
          byte[] bytes = Files.readAllBytes(file);
          for (byte b : bytes) {
            lines += b == '\n' ? 1 : 0;
          }
        }
      }
    }
    return lines;
  }

  @Test
  void aKilledJobGoesOn() throws IOException, InterruptedException {
    stopAndGoOn(new String[] {"KILL"}, 137);
  }

  @Test
  @Tag("night")
  void jobsThatAreStoppedOrKilledGoOn() throws IOException, InterruptedException {
    stopAndGoOn(new String[] {"KILL", "TERM", "INT"}, 137, 143, 130);
  }

  private void stopAndGoOn(String[] signals, int... codes)
      throws IOException, InterruptedException {
    Path input = input();
    Path expected = folder.resolve("expected.jsonl");
    assertThat(DeedRun.of(job(input, expected, "--quiet")).code()).isZero();
    Path output = folder.resolve("out.jsonl");
    Random random = new Random(5);
    for (int i = 0; i < signals.length; i++) {
      long before = lines(output);
      DeedProcess run = start(List.of(), job(input, output, "--resume", "--batch", "2"));
      long wanted = before + 1 + random.nextInt(8);
      DeedProcess.waitFor(() -> atLeast(output, wanted));
      long there = lines(output);
      run.signal(signals[i]);
      assertThat(run.end()).as(run.stderr()).isEqualTo(codes[i]);
      assertThat(lines(output)).isGreaterThanOrEqualTo(there).isLessThan(LINES);
      // What has its name holds whole lines.
      assertThat(Files.exists(output)).isEqualTo(!signals[i].equals("KILL"));
      assertThat(!Files.exists(output) || Files.readString(output).endsWith("}\n")).isTrue();
    }
    DeedRun last = DeedRun.of(job(input, output, "--resume"));
    assertThat(last.code()).as(last.err()).isZero();
    assertThat(results(output)).isEqualTo(results(expected));
    assertThat(folder).isDirectoryNotContaining("glob:**deed-*");
  }

  private boolean atLeast(Path output, long wanted) {
    try {
      return lines(output) >= wanted;
    } catch (IOException e) {
      // A file that just got its name.
      return false;
    }
  }

  @Test
  void whatAStoppedJobWasToReplaceStays() throws IOException, InterruptedException {
    Path input = input();
    Path output = Files.writeString(folder.resolve("out.jsonl"), "old\n");
    DeedProcess run = start(List.of(), job(input, output, "--overwrite"));
    DeedProcess.waitFor(() -> atLeast(output, 4));
    run.signal("TERM");
    assertThat(run.end()).isEqualTo(143);
    assertThat(output).hasContent("old");
    assertThat(run.stderr().lines().toList().getLast())
        .matches(
            "deed: stopped: \\d+ whole lines are in .*out.jsonl.deed-[0-9a-f]{16}.part"
                + " \\(.*out.jsonl is as it was\\); go on with --resume");
    DeedRun last = DeedRun.of(job(input, output, "--resume", "--quiet"));
    assertThat(last.code()).as(last.err()).isZero();
    assertThat(results(output)).hasSize(LINES);
    assertThat(folder).isDirectoryNotContaining("glob:**deed-*");
  }

  @Test
  void usedUpMemoryKeepsWholeLines() throws IOException, InterruptedException {
    Path input = input();
    String large = "{\"prompt\": \"%s\"}\n".formatted("x".repeat(7 << 20));
    Files.writeString(input, large, StandardOpenOption.APPEND);
    Path output = folder.resolve("out.jsonl");
    DeedProcess run = start(List.of("-Xmx36m"), job(input, output, "--batch", "7"));
    assertThat(run.end()).isEqualTo(Failures.FAILED);
    int whole = results(output).size();
    assertThat(whole).isEqualTo(LINES);
    // On a busy machine there are lines of progress before.
    assertThat(run.stderr().lines().filter(line -> !line.contains(" lines, 0 failed, ")))
        .satisfiesExactly(
            left ->
                assertThat(left)
                    .isEqualTo(
                        "deed: %d whole lines are in %s; go on with --resume", whole, output),
            error -> assertThat(error).startsWith("deed: ").contains("memory"));
    assertThat(folder).isDirectoryNotContaining("glob:**deed-*");
  }

  @Test
  void aFolderThatVanishesLosesNoLine() throws IOException, InterruptedException {
    Path input = input();
    Path gone = Files.createDirectory(folder.resolve("out.jsonl.folder"));
    Path output = gone.resolve("out.jsonl");
    DeedProcess run = start(List.of(), job(input, output, "--quiet"));
    // With its first line: a folder that goes while the job makes its file in it is an error.
    DeedProcess.waitFor(
        () ->
            gone.toFile()
                    .listFiles(file -> file.getName().endsWith(".part") && file.length() > 0)
                    .length
                > 0);
    new ProcessBuilder("rm", "-r", gone.toString()).start().waitFor();
    assertThat(gone).doesNotExist();
    assertThat(run.end()).as(run.stderr()).isZero();
    assertThat(results(output)).hasSize(LINES);
    assertThat(gone.toFile().list()).containsExactly("out.jsonl");
  }

  @Test
  void aFullDiskKeepsWholeLines() throws IOException, InterruptedException {
    Path input = input();
    Path output = folder.resolve("out.jsonl");
    // A file of at most 32 KiB, in place of a disk.
    List<String> words =
        new ArrayList<>(List.of("bash", "-c", "ulimit -f 32; exec \"$@\"", "bash"));
    words.addAll(DeedProcess.command(List.of("-XX:-UsePerfData"), job(input, output, "--quiet")));
    Path stderr = folder.resolve("stderr");
    Process process = new ProcessBuilder(words).redirectError(stderr.toFile()).start();
    assertThat(process.waitFor(240, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(Failures.FAILED);
    int whole = results(output).size();
    assertThat(whole).isBetween(2, LINES - 1);
    assertThat(DeedProcess.withoutWarnings(stderr))
        .startsWith("deed: " + output + ": cannot be written (")
        .endsWith(
            "); %d whole lines are in %s, make room and go on with --resume"
                .formatted(whole, output))
        .hasLineCount(1);
    assertThat(folder).isDirectoryNotContaining("glob:**deed-*");
    DeedRun last = DeedRun.of(job(input, output, "--resume", "--quiet"));
    assertThat(last.code()).as(last.err()).isZero();
    assertThat(results(output)).hasSize(LINES);
  }
}
