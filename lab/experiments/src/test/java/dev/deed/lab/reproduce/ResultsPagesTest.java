package dev.deed.lab.reproduce;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The pages of results: figures are those of the archives beside them, and a reader gets through.
 * {@code -Ddeed.docs=write} writes the tables that are made from archives anew.
 */
final class ResultsPagesTest {
  private static final Path ROOT = Path.of(System.getProperty("deed.root", "../..")).normalize();
  private static final Path RESULTS = ROOT.resolve("lab/results");
  private static final Path CLAIMS = RESULTS.resolve("README.md");

  private static final int MOST_PAGES = 9;
  private static final int MOST_WORDS = 40_000;
  private static final int MOST_ROWS = 12;
  private static final int LONGEST_CELL = 60;

  private static final Pattern LINK =
      Pattern.compile("\\[([^]]*)]\\(([^)#\\s]*)(?:#([^)\\s]*))?\\)");

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(RESULTS)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }

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

  @Test
  void thePagesAreFewAndShort() throws IOException {
    assertThat(pages()).hasSizeLessThanOrEqualTo(MOST_PAGES);
    int words = 0;
    for (Path page : pages()) {
      words += words(page);
      assertThat(tables(page))
          .as(page.toString())
          .allSatisfy(table -> assertThat(table).hasSizeLessThanOrEqualTo(MOST_ROWS));
    }
    assertThat(words).isLessThanOrEqualTo(MOST_WORDS);
  }

  @Test
  void claimsAreShortAndNameTheirPage() throws IOException {
    for (String claim : tables(CLAIMS).getFirst()) {
      assertThat(LINK.matcher(claim).replaceAll("$1").split(" ?\\| ?"))
          .allSatisfy(cell -> assertThat(cell).hasSizeLessThanOrEqualTo(LONGEST_CELL));
      assertThat(claim).as("the heading of its page").contains(".md#");
    }
  }

  @Test
  void linksLeadToHeadings() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        Path target = link.group(2).isEmpty() ? page : page.resolveSibling(link.group(2));
        boolean leads =
            link.group(2).contains(":")
                || Files.exists(target)
                    && (link.group(3) == null || headings(target).contains(link.group(3)));
        if (!leads) {
          broken.add(page.getFileName() + ": " + link.group());
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static int words(Path page) throws IOException {
    return Files.readString(page).strip().split("\\s+").length;
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

  /** Headings as links name them. */
  private static Set<String> headings(Path page) throws IOException {
    Set<String> headings = new HashSet<>();
    for (String line : Files.readAllLines(page)) {
      if (line.startsWith("#")) {
        String text = line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT);
        headings.add(text.replaceAll("[^\\p{L}\\p{N}\\- ]", "").replace(' ', '-'));
      }
    }
    return headings;
  }
}
