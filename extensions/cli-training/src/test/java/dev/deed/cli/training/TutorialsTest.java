package dev.deed.cli.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.cli.DeedRun;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tutorials of docs/tutorials.md, run as a user types them: the blocks of a section in one
 * shell, each of which must succeed and print what the page shows.
 */
final class TutorialsTest {
  private static final Path PAGE = DeedRun.ROOT.resolve("docs/tutorials.md");

  /** Commands, and what they print where the page shows it in the block behind them. */
  private static final Pattern BLOCK =
      Pattern.compile("(?ms)^```sh\\n(.*?)^```\\n(?:```\\n(.*?)^```\\n)?");

  private static final String MARK = "--- end of block ";

  private record Block(String commands, String shown) {}

  @TempDir Path folder = Path.of("");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Caption or read a folder of pictures",
        "A model from the Hub",
        "Give exits to a model you have",
        "Serve it"
      })
  void theTutorialRunsAsWritten(String title) throws Exception {
    runAsWritten(title);
  }

  /** Calibrates a shipped model. */
  @ParameterizedTest
  @Tag("night")
  @ValueSource(strings = "Calibrate, or go lossless")
  void theLongTutorialRunsAsWritten(String title) throws Exception {
    runAsWritten(title);
  }

  private void runAsWritten(String title) throws Exception {
    List<Block> blocks = blocks(section(title));
    assertThat(blocks).isNotEmpty();
    boolean asks = blocks.stream().anyMatch(block -> block.commands().contains("curl"));
    assumeTrue(!asks || isOnPath("curl"), "needs curl");
    Files.createSymbolicLink(folder.resolve("models"), DeedRun.ROOT.resolve("models"));
    writeLauncher();
    boolean fetches = title.contains("Hub");
    if (fetches || blocks.stream().anyMatch(block -> block.commands().contains("my-model"))) {
      writePlainModel();
    }
    String printed;
    try (TutorialHub hub = new TutorialHub(folder.resolve("my-model"))) {
      printed = run(blocks, hub.address());
    }
    int from = 0;
    for (int i = 0; i < blocks.size(); i++) {
      int end = printed.indexOf(MARK + i + "\n", from);
      assertThat(end).isNotNegative();
      assertThat(printed.substring(from, end))
          .as(blocks.get(i).commands())
          .matches(pattern(blocks.get(i).shown()));
      from = end + (MARK + i + "\n").length();
    }
  }

  private static boolean isOnPath(String command) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(place -> Files.isExecutable(Path.of(place, command)));
  }

  /** A section that no test runs would be a promise unkept. */
  @Test
  void everyBlockBelongsToATutorial() throws Exception {
    String page = Files.readString(PAGE);
    Matcher titles = Pattern.compile("(?m)^## (.*)$").matcher(page);
    assertThat(titles.results().map(title -> title.group(1)))
        .containsExactlyInAnyOrder(
            Stream.of("theTutorialRunsAsWritten", "theLongTutorialRunsAsWritten")
                .flatMap(TutorialsTest::titles)
                .toArray(String[]::new));
    assertThat(blocks(page.substring(0, page.indexOf("\n## ")))).isEmpty();
  }

  /** What a test runs. */
  private static Stream<String> titles(String test) {
    try {
      return Stream.of(
          TutorialsTest.class
              .getDeclaredMethod(test, String.class)
              .getAnnotation(ValueSource.class)
              .strings());
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  /** From a heading to the next of its kind. */
  private static String section(String title) throws IOException {
    String page = Files.readString(PAGE) + "\n## ";
    int start = page.indexOf("## " + title + "\n");
    assertThat(start).as(title).isNotNegative();
    return page.substring(start, page.indexOf("\n## ", start));
  }

  private static List<Block> blocks(String section) {
    return BLOCK
        .matcher(section + "\n")
        .results()
        .map(block -> new Block(block.group(1), block.group(2) == null ? "" : block.group(2)))
        .toList();
  }

  /** What is shown, where … stands for anything. */
  private static Pattern pattern(String shown) {
    List<String> parts = new ArrayList<>();
    for (String part : shown.split("…", -1)) {
      parts.add(Pattern.quote(part));
    }
    return Pattern.compile(String.join(".*", parts), Pattern.DOTALL);
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /** In place of the launcher, which builds: this JVM's class path. */
  private void writeLauncher() throws IOException {
    Path launcher = folder.resolve("deed");
    Files.writeString(
        launcher,
        """
        #!/usr/bin/env bash
        export OMP_WAIT_POLICY=PASSIVE
        exec %s --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED \\
          --sun-misc-unsafe-memory-access=allow -XX:+UseSerialGC -Xlog:disable \\
          -Xlog:all=warning:stderr -Ddeed.root=%s -cp %s dev.deed.cli.Main "$@"
        """
            .formatted(
                quoted(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
                quoted(DeedRun.ROOT.toString()),
                quoted(System.getProperty("java.class.path"))));
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
  }

  /** A tiny T5 without exits: trained with the last layer's alone, of which nothing stays. */
  private void writePlainModel() throws IOException {
    Path data = Files.createDirectories(folder.resolve("plain-data"));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      lines.add("{\"prompt\": \"the number is %d\", \"target\": \"it is %d\"}".formatted(i, i % 4));
    }
    Files.write(data.resolve("train.jsonl"), lines);
    Files.write(data.resolve("val.jsonl"), lines.subList(0, 4));
    Path model = folder.resolve("my-model");
    List<Object> arguments = new ArrayList<>(List.of("train", "--data", data, "--out", model));
    arguments.addAll(List.of("--arch", "t5", "--set", "d_model=32", "--set", "num_layers=1"));
    arguments.addAll(List.of("--set", "num_decoder_layers=3", "--vocabulary", "bpe:300"));
    arguments.addAll(List.of("--exits", "3", "--adapter", "none", "--max-steps", 10, "--quiet"));
    arguments.addAll(List.of("--threads", 1));
    DeedRun run = DeedRun.of(arguments.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    ObjectMapper json = new ObjectMapper();
    Path file = model.resolve("config.json");
    ObjectNode config = (ObjectNode) json.readTree(file.toFile());
    assertThat(config.remove("exits")).isNotNull();
    json.writeValue(file.toFile(), config);
  }

  /** Runs blocks in one shell that ends with the first command that fails; its stdout. */
  private String run(List<Block> blocks, String hub) throws IOException, InterruptedException {
    StringBuilder script = new StringBuilder("set -euo pipefail\ntrap 'kill $(jobs -p)' EXIT\n");
    for (int i = 0; i < blocks.size(); i++) {
      script.append(blocks.get(i).commands()).append("echo '").append(MARK).append(i);
      script.append("'\n");
    }
    script.append("trap - EXIT\n");
    Path told = folder.resolve("stderr.txt");
    ProcessBuilder shell =
        new ProcessBuilder("bash", "-c", script.toString())
            .directory(folder.toFile())
            .redirectError(told.toFile())
            .redirectOutput(folder.resolve("stdout.txt").toFile());
    shell.environment().put("HF_ENDPOINT", hub);
    shell.environment().put("HF_HOME", folder.resolve("hub").toString());
    Process process = shell.start();
    process.getOutputStream().close();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ends").isTrue();
    } finally {
      process.destroy();
    }
    String printed = Files.readString(folder.resolve("stdout.txt"), StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(printed + Files.readString(told)).isZero();
    return printed;
  }
}
