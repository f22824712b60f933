package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * docs/tour.md stays true: the files of each tour are there, and every type, method and field that
 * the page names exists.
 */
final class TourTest {
  private static final Path DOCS = Path.of(System.getProperty("deed.root", "..")).resolve("docs");

  /** A file of a tour, such as {@code 3. [Decoder](../core/…/Decoder.java): …}. */
  private static final Pattern STOP =
      Pattern.compile("(\\d+)\\. \\[(\\w+)]\\(([^)]+)\\)(.*(?:\\n +.*)*)");

  /** What a text points to: {@code name} or {@code Type.name}. */
  private static final Pattern POINTER = Pattern.compile("`([A-Za-z]\\w*(?:\\.[A-Za-z]\\w*)*)`");

  private static final Pattern WORD = Pattern.compile("\\w+");

  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL);

  private record Stop(int number, String name, Path file, String text) {}

  @ParameterizedTest
  @ValueSource(strings = {"A line of text", "A recording", "From a line of JSON to a trained step"})
  void theTourIsTrue(String title) throws IOException {
    List<Stop> stops = stops(section(title));
    assertThat(stops)
        .extracting(Stop::number)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, stops.size()).boxed().toList());
    assertThat(stops).extracting(Stop::file).doesNotHaveDuplicates();
    for (Stop stop : stops) {
      assertThat(stop.file()).isRegularFile().hasFileName(stop.name() + ".java");
      String source = Files.readString(stop.file());
      assertThat(pointers(stop.text()))
          .as("what item %d of \"%s\" points to", stop.number(), title)
          .allMatch(name -> isType(name) ? words(source).contains(name) : declares(source, name));
    }
  }

  /** What stands beside the stops: a type, one of its members, or a member of the last type. */
  @ParameterizedTest
  @ValueSource(strings = {"A line of text", "A recording", "From a line of JSON to a trained step"})
  void whatIsNamedBesideTheStopsExists(String title) throws IOException {
    Map<String, String> sources = sources();
    for (String paragraph : STOP.matcher(section(title)).replaceAll("").split("\n\n")) {
      String source = "";
      for (String name : pointers(paragraph)) {
        if (isType(name)) {
          assertThat(sources).containsKey(name);
          source = sources.getOrDefault(name, "");
        } else if (!source.isEmpty()) {
          assertThat(declares(source, name)).as("%s in: %s", name, paragraph).isTrue();
        }
      }
    }
  }

  /** The main code of all modules by the names of its files. */
  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    try (Stream<Path> files = Files.walk(DOCS.resolveSibling(""))) {
      for (Path file : files.filter(TourTest::isMainCode).toList()) {
        String name = file.getFileName().toString();
        sources.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
      }
    }
    return sources;
  }

  private static boolean isMainCode(Path file) {
    return file.toString().matches(".*/src/main/java/.*\\.java");
  }

  private static boolean isType(String name) {
    return Character.isUpperCase(name.charAt(0)) && !name.equals(name.toUpperCase(Locale.ROOT));
  }

  /** Whether a method, field, constant or record component has a name, and not a comment alone. */
  private static boolean declares(String source, String name) {
    String code = COMMENT.matcher(source).replaceAll("");
    return Pattern.compile("[\\w>\\]\\[?]\\s+" + name + "\\s*[(;=,)]").matcher(code).find()
        || Pattern.compile("\\n +" + name + "[(,;]").matcher(code).find();
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

  private static Set<String> words(String source) {
    return WORD.matcher(source).results().map(MatchResult::group).collect(Collectors.toSet());
  }

  private static List<String> pointers(String text) {
    return POINTER
        .matcher(text)
        .results()
        .flatMap(pointer -> Pattern.compile("\\.").splitAsStream(pointer.group(1)))
        .toList();
  }
}
