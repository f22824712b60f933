package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The Markdown pages of the repository: lines that can be read, links that lead somewhere. */
final class PagesTest {
  private static final Path ROOT = Path.of(System.getProperty("deed.root", "..")).normalize();
  private static final int MOST_COLUMNS = 120;

  /** The README says what it is and leads on; more is for the pages of docs. */
  private static final int MOST_LINES_OF_README = 120;

  /** A code span may be a whole command. */
  private static final Pattern UNBROKEN =
      Pattern.compile(" *(?:[-*] |\\d+\\. )?!?(?:\\[[^]]*]\\([^)]*\\)|`[^`]*`)[.,:;]?");

  private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)(?:#[^)]*)?\\)");

  private record Line(Path page, int number, String text) {
    @Override
    public String toString() {
      return ROOT.relativize(page) + ":" + number + ": " + text;
    }
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String folder : List.of("", "docs", "models", ".github")) {
      try (Stream<Path> all = Files.walk(ROOT.resolve(folder), folder.isEmpty() ? 1 : 6)) {
        all.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
      }
    }
    return pages;
  }

  /** Lines of prose: neither code nor tables. */
  private static List<Line> prose(Path page) throws IOException {
    List<Line> prose = new ArrayList<>();
    boolean code = false;
    int number = 0;
    for (String text : Files.readAllLines(page)) {
      number++;
      if (text.strip().startsWith("```")) {
        code = !code;
      } else if (!code && !text.strip().startsWith("|") && !text.startsWith("    ")) {
        prose.add(new Line(page, number, text));
      }
    }
    return prose;
  }

  @Test
  void linesAreShort() throws IOException {
    List<Line> tooLong = new ArrayList<>();
    for (Path page : pages()) {
      prose(page).stream()
          .filter(line -> line.text.length() > MOST_COLUMNS)
          .filter(line -> !UNBROKEN.matcher(line.text).matches())
          .forEach(tooLong::add);
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void linksLeadToFiles() throws IOException {
    List<Line> broken = new ArrayList<>();
    for (Path page : pages()) {
      for (Line line : prose(page)) {
        Matcher link = LINK.matcher(line.text);
        while (link.find()) {
          boolean local = !link.group(1).contains(":");
          if (local && !Files.exists(page.resolveSibling(link.group(1)))) {
            broken.add(line);
          }
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void theReadmeIsShort() throws IOException {
    assertThat(Files.readAllLines(ROOT.resolve("README.md")))
        .hasSizeLessThanOrEqualTo(MOST_LINES_OF_README);
  }
}
