package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The product stays small enough to be learnt: whoever adds much looks first for what can go. */
final class SizeTest {
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root"))).normalize();

  /** With examples and what tests share; lower it when code goes: the plan is 98,000. */
  private static final long MOST_LINES = 106_850;

  @Test
  void theProductHasFewLines() throws IOException {
    long lines = 0;
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.filter(SizeTest::isOfTheProduct).toList()) {
        try (Stream<Path> sources = Files.walk(module.resolve("src/main/java"))) {
          for (Path source : sources.filter(file -> file.toString().endsWith(".java")).toList()) {
            lines += Files.readAllLines(source).size();
          }
        }
      }
    }
    assertThat(lines).as("lines in src/main/java").isBetween(10_000L, MOST_LINES);
  }

  private static boolean isOfTheProduct(Path folder) {
    return Files.isDirectory(folder.resolve("src/main/java")) && !folder.endsWith("lab");
  }
}
