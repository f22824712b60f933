package dev.deed.lab.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The tables of the page of tasks are those of the archives beside it. {@code -Ddeed.docs=write}
 * writes them anew.
 */
final class TaskTablesTest {
  private static final Path RESULTS =
      Path.of(System.getProperty("deed.root", "../..")).normalize().resolve("lab/results");

  @Test
  void tablesAreThoseOfTheArchives() throws IOException {
    Path page = RESULTS.resolve("tasks.md");
    String text = Files.readString(page);
    String written = new TaskTables(RESULTS.resolve("raw")).written(text);
    if ("write".equals(System.getProperty("deed.docs"))) {
      Files.writeString(page, written);
    } else {
      List<String> lines = text.lines().toList();
      assertThat(written.lines().filter(line -> !lines.contains(line)))
          .as("run it with -Ddeed.docs=write after a measurement")
          .isEmpty();
    }
  }
}
