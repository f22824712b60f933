package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * docs/tour.md stays true: the files of each tour are there, they are few and short, there are as
 * many as the page says, and what the page points to in a file stands in it.
 */
final class TourTest {
  private static final Path DOCS = Path.of(System.getProperty("deed.root", "..")).resolve("docs");

  /** A file of a tour, such as {@code 3. [Decoder](../core/…/Decoder.java): …}. */
  private static final Pattern STOP =
      Pattern.compile("(\\d+)\\. \\[(\\w+)]\\(([^)]+)\\)(.*(?:\\n +.*)*)");

  private static final Pattern STATED =
      Pattern.compile("(\\d+)\\s+files\\s+with\\s+fewer\\s+than\\s+([\\d,]+)\\s+lines");

  /** What a text points to: {@code name} or {@code Type.name}. */
  private static final Pattern POINTER = Pattern.compile("`([A-Za-z]\\w*(?:\\.[A-Za-z]\\w*)*)`");

  private static final Pattern WORD = Pattern.compile("\\w+");

  /** How far the number of lines that a tour states may be above the true one. */
  private static final int ROUNDING = 100;

  private record Stop(int number, String name, Path file, String text) {}

  @ParameterizedTest
  @CsvSource({"From bytes to text, 32, 3500", "From a line of JSON to a trained step, 12, 1500"})
  void theTourIsShortAndTrue(String title, int mostFiles, int mostLines) throws IOException {
    String tour = section(title);
    List<Stop> stops = stops(tour);
    assertThat(stops)
        .extracting(Stop::number)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, stops.size()).boxed().toList());
    assertThat(stops).extracting(Stop::file).doesNotHaveDuplicates();
    int lines = 0;
    for (Stop stop : stops) {
      assertThat(stop.file()).isRegularFile().hasFileName(stop.name() + ".java");
      lines += Files.readAllLines(stop.file()).size();
      assertThat(words(stop.file()))
          .as("what item %d of \"%s\" points to", stop.number(), title)
          .containsAll(pointers(stop.text()));
    }
    Matcher stated = STATED.matcher(tour);
    assertThat(stated.find()).as("\"%s\" says how long it is", title).isTrue();
    assertThat(stops)
        .hasSize(Integer.parseInt(stated.group(1)))
        .hasSizeLessThanOrEqualTo(mostFiles);
    assertThat(Integer.parseInt(stated.group(2).replace(",", "")))
        .as("lines that \"%s\" states, of files with %d", title, lines)
        .isBetween(lines + 1, Math.min(lines + ROUNDING, mostLines));
  }

  /** From a heading to the next of its kind. */
  private static String section(String title) throws IOException {
    String page = Files.readString(DOCS.resolve("tour.md"));
    int start = page.indexOf("\n## " + title + "\n");
    assertThat(start).as("the heading %s", title).isNotNegative();
    int end = page.indexOf("\n## ", start + 1);
    return page.substring(start, end < 0 ? page.length() : end);
  }

  private static List<Stop> stops(String tour) {
    List<Stop> stops = new ArrayList<>();
    STOP.matcher(tour)
        .results()
        .forEach(
            found ->
                stops.add(
                    new Stop(
                        Integer.parseInt(found.group(1)),
                        found.group(2),
                        DOCS.resolve(found.group(3)).normalize(),
                        found.group(4))));
    return stops;
  }

  private static Set<String> words(Path file) throws IOException {
    Set<String> words = new HashSet<>();
    WORD.matcher(Files.readString(file)).results().map(MatchResult::group).forEach(words::add);
    return words;
  }

  private static List<String> pointers(String text) {
    return POINTER
        .matcher(text)
        .results()
        .flatMap(pointer -> Pattern.compile("\\.").splitAsStream(pointer.group(1)))
        .toList();
  }
}
