package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.files.TargetLock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the answers of {@code generate --input} go, and how a job goes on. */
final class GenerateJobTest {
  private static final Path MODEL = DeedRun.model("bart");
  private static final String LEFT = "out.jsonl.deed-0123456789abcdef.part";

  @TempDir Path folder = Path.of("");
  private Path input = Path.of("");
  private Path output = Path.of("");

  /** Ids, none, a blank line, a line that is no JSON, and one that does not suit the model. */
  @BeforeEach
  void write() throws IOException {
    output = folder.resolve("out.jsonl");
    input =
        Files.write(
            folder.resolve("in.jsonl"),
            List.of(
                line("\"id\": \"a\""),
                line("\"x\": 1"),
                "",
                line("\"id\": 7"),
                "no JSON",
                line("\"id\": \"a\", \"decoder_input_ids\": [9999]"),
                line("\"target\": \"t\""),
                line("\"id\": \"z\"")));
  }

  private static String line(String field) {
    return "{\"input_ids\": [5, 6, %d], \"generation\": {\"max_new_tokens\": 4}, %s}"
        .formatted(4 + field.length(), field);
  }

  private DeedRun run(Object... options) {
    List<Object> arguments = new ArrayList<>(List.of("generate", MODEL, "--input", input));
    arguments.addAll(Arrays.asList(options));
    return DeedRun.of(arguments.toArray());
  }

  private DeedRun toFile(Object... options) {
    List<Object> all = new ArrayList<>(List.of("--output", output, "--quiet"));
    all.addAll(Arrays.asList(options));
    return run(all.toArray());
  }

  /** What the job writes when nothing stops it. */
  private String whole() throws IOException {
    assertThat(toFile().code()).isEqualTo(Failures.FAILED);
    String whole = Files.readString(output);
    Files.delete(output);
    assertThat(whole.lines()).hasSize(7);
    return whole;
  }

  private static List<ObjectNode> results(String lines) throws IOException {
    List<ObjectNode> results = new ArrayList<>();
    for (String line : lines.lines().toList()) {
      ObjectNode result = (ObjectNode) new ObjectMapper().readTree(line);
      result.remove("timing");
      results.add(result);
    }
    return results;
  }

  private void assertOutput(String whole) throws IOException {
    assertThat(results(Files.readString(output))).isEqualTo(results(whole));
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("in.jsonl", "out.jsonl");
  }

  @Test
  void theInputIsNeverTheOutput() throws IOException {
    String before = Files.readString(input);
    Path hard = Files.createLink(folder.resolve("hard"), input);
    Path soft = Files.createSymbolicLink(folder.resolve("soft"), input);
    Path other = folder.resolve("../" + folder.getFileName() + "/in.jsonl");
    for (Path same : List.of(input, hard, soft, other)) {
      for (List<String> options :
          List.of(List.<String>of(), List.of("--overwrite"), List.of("--resume"))) {
        List<Object> all = new ArrayList<>(List.of("--output", same));
        all.addAll(options);
        run(all.toArray()).assertOneLine(2, "--output " + same + ": is the input; give another");
      }
    }
    assertThat(input).hasContent(before.strip());
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("in.jsonl", "hard", "soft");
  }

  @Test
  void anOutputThatIsThereIsRefused() throws IOException {
    String whole = whole();
    Files.writeString(output, "mine");
    toFile().assertOneLine(2, "out.jsonl: is there already; give --resume", "--overwrite");
    assertThat(output).hasContent("mine");
    toFile("--resume").assertOneLine(2, "out.jsonl", "--overwrite");
    assertThat(output).hasContent("mine");
    toFile("--overwrite", "--resume").assertOneLine(2, "exclude one another");
    assertThat(toFile("--overwrite").code()).isEqualTo(Failures.FAILED);
    assertOutput(whole);
  }

  @Test
  void resumedJobsWriteWhatUninterruptedOnesDo() throws IOException {
    byte[] whole = whole().getBytes(StandardCharsets.UTF_8);
    List<Integer> cuts = new ArrayList<>(List.of(0, 1, whole.length - 1, whole.length));
    for (int i = 0; i < whole.length; i++) {
      if (whole[i] == '\n') {
        cuts.addAll(List.of(i, i + 1, Math.min(whole.length, i + 40)));
      }
    }
    for (int cut : cuts) {
      // In the place of the output, or beside it: the one stopped, the other killed.
      Path left = cut % 2 == 0 ? output : folder.resolve(LEFT);
      Files.deleteIfExists(output);
      Files.write(left, Arrays.copyOf(whole, cut));
      DeedRun run = toFile("--resume");
      assertThat(run.code()).as(run.err()).isEqualTo(Failures.FAILED);
      assertOutput(new String(whole, StandardCharsets.UTF_8));
    }
  }

  @Test
  void whatAKilledJobLeftIsFound() throws IOException {
    String whole = whole();
    String first = whole.lines().findFirst().orElseThrow() + "\n";
    Path left = Files.writeString(folder.resolve(LEFT), first + "{\"id\":nul");
    toFile()
        .assertOneLine(
            2, "out.jsonl: a job that was cut off left 1 whole line in " + left, "give --resume");
    // It is newer than what it was to replace, or else that is somebody's work since.
    Files.writeString(output, "old");
    Files.setLastModifiedTime(output, later(left, 60));
    toFile("--resume")
        .assertOneLine(2, "out.jsonl: is newer than what a job left in ", ", 1 whole line; remove");
    assertThat(output).hasContent("old");
    Files.setLastModifiedTime(output, later(left, -60));
    assertThat(toFile("--resume").code()).isEqualTo(Failures.FAILED);
    assertOutput(whole);
    Files.writeString(folder.resolve(LEFT), first);
    assertThat(toFile("--overwrite").code()).isEqualTo(Failures.FAILED);
    assertOutput(whole);
    Files.delete(output);
    Files.writeString(folder.resolve(LEFT), "{\"id\":nul");
    assertThat(toFile().code()).isEqualTo(Failures.FAILED);
    assertOutput(whole);
  }

  private static FileTime later(Path than, int seconds) throws IOException {
    return FileTime.from(Files.getLastModifiedTime(than).toInstant().plusSeconds(seconds));
  }

  @Test
  void linesThatWereTakenOutAreDecodedAgain() throws IOException {
    String whole = whole();
    List<String> kept = new ArrayList<>(whole.lines().toList());
    kept.remove(2);
    java.util.Collections.swap(kept, 0, 1);
    Files.write(output, kept);
    DeedRun run = run("--output", output, "--resume", "--json");
    JsonNode summary = new ObjectMapper().readTree(run.out());
    assertThat(summary.path("lines").asInt()).isEqualTo(7);
    assertThat(summary.path("earlier").asInt()).isEqualTo(6);
    assertThat(summary.path("failed").asInt()).isEqualTo(2);
    assertThat(summary.path("tokens").asInt()).isEqualTo(4);
    assertOutput(whole);
  }

  @Test
  void answersToOtherInputsAreRefused() throws IOException {
    String whole = whole();
    Files.writeString(output, whole);
    Files.write(input, List.of(line("\"id\": \"a\"")));
    toFile("--resume").assertOneLine(2, "out.jsonl, line 2: answers no line of " + input);
    Files.copy(input, output, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    toFile("--resume").assertOneLine(2, "out.jsonl, line 1: is no answer of deed");
    assertThat(output).hasSameTextualContentAs(input);
  }

  @Test
  void linksAreWrittenThrough() throws IOException {
    String whole = whole();
    Path real = folder.resolve("real.jsonl");
    Files.createSymbolicLink(output, Path.of("real.jsonl"));
    assertThat(toFile().code()).isEqualTo(Failures.FAILED);
    assertThat(results(Files.readString(real))).isEqualTo(results(whole));
    Files.writeString(real, whole.lines().findFirst().orElseThrow() + "\n");
    toFile().assertOneLine(2, "is there already");
    assertThat(toFile("--resume").code()).isEqualTo(Failures.FAILED);
    assertThat(output).isSymbolicLink();
    assertThat(results(Files.readString(real))).isEqualTo(results(whole));
    assertThat(toFile("--overwrite").code()).isEqualTo(Failures.FAILED);
    assertThat(output).isSymbolicLink();
    assertThat(results(Files.readString(real))).isEqualTo(results(whole));
  }

  @Test
  void pipesAndDevicesStayWhatTheyAre() throws IOException, InterruptedException {
    assertThat(run("--output", "/dev/null", "--quiet").code()).isEqualTo(Failures.FAILED);
    run("--output", "/dev/full", "--quiet")
        .assertOneLine(1, "/dev/full: cannot be written (", "; make room");
    Path fifo = folder.resolve("fifo");
    new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor();
    Process reader = new ProcessBuilder("cat", fifo.toString()).start();
    assertThat(run("--output", fifo, "--quiet").code()).isEqualTo(Failures.FAILED);
    String read = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(results(read)).hasSize(7);
    DeedRun stdout = run("--output", "/dev/stdout", "--quiet");
    assertThat(results(stdout.out())).isEqualTo(results(read));
    assertThat(Files.isRegularFile(fifo)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--resume", "--overwrite"})
  void whatHasNoLinesToKeepOrReplace(String option) {
    for (String stream : List.of("-", "/dev/stdout", "/dev/null")) {
      run("--output", stream, option)
          .assertOneLine(2, option + ": ", " is no file; leave it out, or give a file");
    }
    run(option).assertOneLine(2, option + ": stdout is no file");
    DeedRun.of("generate", MODEL, "--prompt", "x", option).assertOneLine(2, "is for --input");
  }

  @Test
  void inputsThatCannotBeReadTwiceAreNotResumed() {
    for (String stream : List.of("-", "/dev/null")) {
      DeedRun.of("generate", MODEL, "--input", stream, "--output", output, "--resume")
          .assertOneLine(2, "--resume: reads the input twice", "save it");
    }
  }

  @Test
  void oneJobWritesAFile() throws IOException {
    try (TargetLock other = TargetLock.on(output)) {
      for (String option : List.of("--overwrite", "--resume")) {
        toFile(option).assertOneLine(2, "out.jsonl: is being written by another run of deed");
      }
    }
    assertThat(folder.toFile().list()).containsExactly("in.jsonl");
  }

  @Test
  void aJobSumsUpWhatItDid() throws IOException {
    DeedRun plain = run("--output", output);
    assertThat(plain.code()).isEqualTo(Failures.FAILED);
    assertThat(plain.out()).isEmpty();
    assertThat(plain.err().lines().toList())
        .hasSize(2)
        .last()
        .asString()
        .isEqualTo("deed: " + input + ": 2 of 7 lines could not be decoded; their results say why");
    assertThat(plain.err())
        .containsPattern(
            "deed: 7 lines, 2 failed, 20 tokens, \\d+\\.\\d % of decoder layers saved; "
                + "\\d+\\.\\d s, [\\d.]+ lines/s, [\\d,]+ tokens/s");
    DeedRun json = run("--output", output, "--overwrite", "--json");
    JsonNode summary = new ObjectMapper().readTree(json.out());
    assertThat(json.err()).hasLineCount(1);
    assertThat(summary.path("lines").asInt()).isEqualTo(7);
    assertThat(summary.path("tokens").asInt()).isEqualTo(20);
    assertThat(summary.path("stopped").isBoolean()).isTrue();
    long run = 0;
    for (ObjectNode line : results(Files.readString(output))) {
      run += line.path("layers_run").asInt();
    }
    assertThat(summary.path("layers_saved").asDouble()).isEqualTo(1 - run / (20 * 6.0));
    assertThat(run("--json", "--quiet").out().lines()).as("lines on stdout").hasSize(7);
  }

  @Test
  void anEmptyInputGivesAnEmptyOutput() throws IOException {
    Files.writeString(input, "\n\n");
    DeedRun run = run("--output", output);
    assertThat(run.code()).isZero();
    assertThat(run.err()).startsWith("deed: 0 lines, 0 failed, 0 tokens");
    assertThat(output).isEmptyFile();
  }
}
