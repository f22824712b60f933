package dev.deed.onednn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Instructions that Linux may name among the processor's flags. To ask the library itself would
 * take 45 MB of memory.
 *
 * @param names a pattern of whole names
 */
record ProcessorFlags(String names) {
  /** Whether one is named; true where Linux does not say. */
  boolean mayBeThere() {
    Pattern pattern = Pattern.compile("\\b(" + names + ")\\b");
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(flags -> pattern.matcher(flags).find())
          .orElse(true);
    } catch (IOException | UncheckedIOException e) {
      return true;
    }
  }
}
