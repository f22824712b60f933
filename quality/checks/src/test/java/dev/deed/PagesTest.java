package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The Markdown pages have short lines, headings without prose, and links that lead somewhere. */
final class PagesTest {
  private static final Path ROOT = Path.of(System.getProperty("deed.root", "..")).normalize();
  private static final int MOST_COLUMNS = 120;

  /** What a heading holds beside its code spans; more is a paragraph that slipped into it. */
  private static final int MOST_OF_A_HEADING = 60;

  /** A code span may be a whole command. */
  private static final Pattern UNBROKEN =
      Pattern.compile(" *(?:[-*] |\\d+\\. )?!?(?:\\[[^]]*]\\([^)]*\\)|`[^`]*`)[.,:;]?");

  private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s:]*)(?:#([^)]*))?\\)");

  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$|<a id=\"([^\"]*)\"");

  private record Line(Path page, int number, String text) {
    @Override
    public String toString() {
      return ROOT.relativize(page) + ":" + number + ": " + text;
    }
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String folder : List.of("", "docs", "models", "lab", ".github")) {
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
  void headingsHoldNoParagraph() throws IOException {
    List<Line> tooLong = new ArrayList<>();
    for (Path page : pages()) {
      prose(page).stream()
          .filter(line -> line.text.startsWith("#"))
          .filter(line -> line.text.replaceAll("`[^`]*`", "").length() > MOST_OF_A_HEADING)
          .forEach(tooLong::add);
    }
    assertThat(tooLong).isEmpty();
  }

  @Test
  void linksLeadToHeadings() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
        if (!Files.exists(target) || link.group(2) != null && !leadsTo(target, link.group(2))) {
          broken.add(ROOT.relativize(page) + ": " + link.group());
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  /** Whether a page has a heading of that name, as code hosts write it in addresses. */
  private static boolean leadsTo(Path page, String name) throws IOException {
    return HEADING
        .matcher(Files.readString(page))
        .results()
        .map(found -> found.group(2) == null ? address(found.group(1)) : found.group(2))
        .anyMatch(name::equals);
  }

  private static String address(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-');
  }
}
