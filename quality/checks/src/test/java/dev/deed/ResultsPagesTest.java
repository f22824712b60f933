package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The laboratory's pages of results: a reader gets through their tables. */
@EnabledIf("isThere")
final class ResultsPagesTest {
  private static final Path RESULTS =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root"))).resolve("lab/results");
  private static final Path CLAIMS = RESULTS.resolve("README.md");

  private static final int MOST_ROWS = 12;
  private static final int LONGEST_CELL = 60;

  private static final Pattern LINK = Pattern.compile("\\[([^]]*)]\\([^)\\s]*\\)");

  static boolean isThere() {
    return Files.isDirectory(RESULTS);
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(RESULTS)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }

  @Test
  void tablesAreShort() throws IOException {
    for (Path page : pages()) {
      assertThat(tables(page))
          .as(page.toString())
          .allSatisfy(table -> assertThat(table).hasSizeLessThanOrEqualTo(MOST_ROWS));
    }
  }

  @Test
  void claimsAreShortAndNameTheirPage() throws IOException {
    for (String claim : tables(CLAIMS).getFirst()) {
      assertThat(LINK.matcher(claim).replaceAll("$1").split(" ?\\| ?"))
          .allSatisfy(cell -> assertThat(cell).hasSizeLessThanOrEqualTo(LONGEST_CELL));
      assertThat(claim).as("the heading of its page").contains(".md#");
    }
  }

  /** The rows of each table, without its head. */
  private static List<List<String>> tables(Path page) throws IOException {
    List<List<String>> tables = new ArrayList<>();
    List<String> table = new ArrayList<>();
    for (String line : Files.readAllLines(page)) {
      if (line.startsWith("|")) {
        table.add(line);
      } else if (!table.isEmpty()) {
        tables.add(List.copyOf(table.subList(2, table.size())));
        table.clear();
      }
    }
    return tables;
  }
}
