package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The laboratory's page of claims: each says where its figures stand. */
@EnabledIf("isThere")
final class ResultsPagesTest {
  private static final Path RESULTS =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root"))).resolve("lab/results");
  private static final Path CLAIMS = RESULTS.resolve("README.md");

  static boolean isThere() {
    return Files.isDirectory(RESULTS);
  }

  @Test
  void claimsNameTheirPage() throws IOException {
    assertThat(tables(CLAIMS).getFirst())
        .allSatisfy(claim -> assertThat(claim).as("the heading of its page").contains(".md#"));
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
