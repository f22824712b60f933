package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The product stays small enough to be learnt: whoever adds much looks first for what can go. */
final class SizeTest {
  /** How far a number below may be above the lines that are there. */
  private static final long ROUNDING = 50;

  /**
   * Lines of Java in each module's {@code src/main/java}. A change that takes lines away lowers its
   * number. One that needs more raises it in the same commit, with the reason above it. Of each
   * package some ten lines say what it is and where to begin.
   */
  private static final Map<String, Long> LINES =
      Map.ofEntries(
          // options by the table of settings; commands that load alone; files of one name; lines of
          // a file one ahead; align; Whisper's command line; tables of fields for spreadsheets;
          // one locale
          Map.entry("cli", 6_900L),
          Map.entry("cli-training", 450L),
          // types of settings: texts, lists, boxes, words; settings as texts; a language that is
          // heard first; attention and probabilities of known tokens in one pass;
          // answers that are runs of a source; files that Windows does not move while they are open
          Map.entry("core", 37_580L),
          // when fields need a review, with a promise
          Map.entry("evaluation", 5_490L),
          Map.entry("examples", 433L),
          Map.entry("hub", 1_903L),
          Map.entry("langchain4j", 755L),
          Map.entry("onednn", 577L),
          // bounds of languages; FFmpeg as a process
          // words of an entry, also for answers copied from them; pages made level
          Map.entry("io", 17_317L),
          // askers; memory given back; speech that is said again; the language heard at every door;
          // speech's settings; the data format and the tasks, which were a module; words of a known
          // text; the layout of subtitles
          // fields of pages: reader, values, doubts, the task; runs that may be of a field's type,
          // found in one pass; names that say what they name take more lines; lines of level pages
          Map.entry("runtime", 19_620L),
          // a path for each task; a session's settings of speech; forms of known texts; names
          Map.entry("server", 8_284L),
          Map.entry("sound", 83L),
          Map.entry("spark", 1_700L),
          // a reader of fields
          Map.entry("spring-ai", 789L),
          // names
          Map.entry("start", 326L),
          Map.entry("testing", 259L),
          Map.entry("tika", 126L),
          // a head that copies from the beginning; names
          Map.entry("train", 4_915L));

  @Test
  void eachModuleHasTheLinesThatTheTableSays() throws IOException {
    Map<String, Long> lines = new TreeMap<>();
    for (Path module : Modules.ofTheProduct()) {
      if (Files.isDirectory(module.resolve("src/main/java"))) {
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
}
