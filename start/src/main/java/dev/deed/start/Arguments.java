package dev.deed.start;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Arguments as a user typed them, and as a JVM reads them from a file, whatever the locale. */
final class Arguments {
  private static final Path TYPED = Path.of("/proc/self/cmdline");

  private Arguments() {}

  /**
   * The arguments in UTF-8, on Linux: a JVM in a locale of another encoding has lost what is not in
   * that.
   */
  static List<String> asTyped(String[] arguments) throws IOException {
    if (!Files.isReadable(TYPED)) {
      return List.of(arguments);
    }
    String line = new String(Files.readAllBytes(TYPED), StandardCharsets.UTF_8);
    List<String> words = Arrays.asList(line.split("\0", -1));
    // The last of them ends the list.
    int end = words.size() - 1;
    return words.subList(Math.max(0, end - arguments.length), end);
  }

  /**
   * Writes words to a temporary file that {@code java @FILE} reads; nobody else may. A JVM takes
   * its bytes as those of its own arguments: on Windows they are in the system's encoding.
   */
  static Path write(List<String> words, String encoding) throws IOException {
    Path file = Files.createTempFile("deed-", ".arguments");
    String text = words.stream().map(Arguments::quoted).collect(Collectors.joining("\n", "", "\n"));
    Files.write(file, text.getBytes(encoding));
    return file;
  }

  static String quoted(String word) {
    return word.replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .transform(text -> '"' + text + '"');
  }
}
