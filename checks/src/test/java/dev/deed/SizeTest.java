package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The product stays small enough to be learnt: whoever adds much looks first for what can go. */
final class SizeTest {
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root"))).normalize();

  /** How far a number below may be above the lines that are there. */
  private static final long ROUNDING = 50;

  /**
   * Lines of Java in each module's {@code src/main/java}. A change that takes lines away lowers its
   * number. One that needs more raises it in the same commit, with the reason above it.
   */
  private static final Map<String, Long> LINES =
      Map.ofEntries(
          // options by the table of settings; commands that load alone; files of one name
          Map.entry("cli", 6_418L),
          Map.entry("cli-training", 453L),
          Map.entry("core", 37_089L),
          // tasks, and one class that runs many lines
          Map.entry("data", 3_105L),
          // plain full depth and forced tokens as rows
          Map.entry("evaluation", 5_125L),
          Map.entry("examples", 425L),
          Map.entry("hub", 1_897L),
          // answers that are cut off
          Map.entry("langchain4j", 778L),
          // objects in the arena of their model
          Map.entry("onednn", 577L),
          // bounds of languages; FFmpeg as a process
          Map.entry("processing", 17_082L),
          // askers, chats in one place; models give their memory back; speech that is said again
          Map.entry("runtime", 13_107L),
          Map.entry("server", 8_215L),
          Map.entry("sound", 77L),
          // answers that are cut off
          Map.entry("spark", 1_750L),
          // answers that are cut off
          Map.entry("spring-ai", 790L),
          Map.entry("start", 315L),
          Map.entry("testing", 253L),
          Map.entry("tika", 120L),
          Map.entry("train", 4_903L));

  @Test
  void eachModuleHasTheLinesThatTheTableSays() throws IOException {
    Map<String, Long> lines = new TreeMap<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.filter(SizeTest::isOfTheProduct).toList()) {
        lines.put(module.getFileName().toString(), lines(module.resolve("src/main/java")));
      }
    }
    assertThat(lines).containsOnlyKeys(LINES.keySet());
    lines.forEach(
        (module, found) ->
            assertThat(LINES.get(module))
                .as("the number of %s, which has %d lines", module, found)
                .isBetween(found, found + ROUNDING));
  }

  private static long lines(Path sources) throws IOException {
    long lines = 0;
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        lines += Files.readAllLines(file).size();
      }
    }
    return lines;
  }

  private static boolean isOfTheProduct(Path folder) {
    return Files.isDirectory(folder.resolve("src/main/java")) && !folder.endsWith("lab");
  }
}
