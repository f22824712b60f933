package dev.deed.lab.values;

import dev.deed.lab.values.PrintedValue.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Draws texts with values: a value alone, a phrase or two with blanks for some, or values among
 * words that make no sentence. Belongs to one thread.
 */
final class ValueTexts {
  private static final double ALONE = 0.2;
  private static final double WITHOUT_PHRASE = 0.35;
  private static final double TWO_PHRASES = 0.15;
  private static final double WITH_CODE = 0.1;
  private static final int MOST_VALUES = 3;
  private static final int MOST_BLANKS = 5;
  private static final Pattern BLANK = Pattern.compile("\\{([a-z]+)(?: (\\p{L}+))?\\}");
  private static final List<String> SYLLABLES =
      List.of(
          "ba", "ber", "con", "da", "del", "do", "fer", "ga", "gen", "ha", "hol", "ka", "ker", "la",
          "lan", "le", "ma", "mer", "mo", "na", "nor", "o", "pa", "per", "ra", "ri", "sa", "ser",
          "ta", "tal", "tor", "va", "ver", "vi", "wal", "zen");

  /** {@code #} is a figure, {@code @} a letter. */
  private static final List<String> CODES =
      List.of(
          "0### ######",
          "0###/######",
          "0## / ## ## ##",
          "0##-#######",
          "0# ## ## ## ##",
          "+## ## #######",
          "+## ### ### ###",
          "+# ### ### ####",
          "(###) ###-####",
          "###-###-####",
          "###-####",
          "9## ### ###",
          "@@-20##-###",
          "@@-####",
          "@@@-#####",
          "@####",
          "20##-####",
          "20##/###",
          "#-###-##",
          "@@##@",
          "@@ ## ####",
          "####-@@",
          "@#",
          "@@####.#");

  private final Map<ValueLanguage, ValuePrinter> printers = new EnumMap<>(ValueLanguage.class);
  private final Map<ValueLanguage, List<String>> phrases = new EnumMap<>(ValueLanguage.class);
  private final Map<ValueLanguage, ContextWords> words = new EnumMap<>(ValueLanguage.class);

  ValueTexts() {
    for (ValueLanguage language : ValueLanguage.values()) {
      printers.put(language, new ValuePrinter(language));
      List<String> lines = lines(language.phrases());
      phrases.put(language, lines);
      words.put(language, new ContextWords(language.locale(), lines));
    }
  }

  /**
   * An example.
   *
   * @param prompt language and text, such as {@code de: fällig am 3. Mai 2024}
   * @param target values in their order, such as {@code date 2024-05-03}; {@code none}
   */
  record ValueExample(String prompt, String target) {}

  /** An example; the same for the same state of the generator. */
  ValueExample draw(RandomGenerator random) {
    ValueLanguage language = one(List.of(ValueLanguage.values()), random);
    List<PrintedValue> values = new ArrayList<>();
    String phrase = phrase(language, random);
    String text =
        BLANK
            .matcher(phrase)
            .replaceAll(blank -> Matcher.quoteReplacement(fill(blank, language, values, random)));
    String target =
        values.isEmpty()
            ? "none"
            : values.stream().map(PrintedValue::target).collect(Collectors.joining("; "));
    return new ValueExample(language.tag() + ": " + varied(text, random), target);
  }

  private String phrase(ValueLanguage language, RandomGenerator random) {
    double draw = random.nextDouble();
    if (draw < ALONE) {
      return blank(random);
    }
    if (draw > ALONE + WITHOUT_PHRASE) {
      return phrases(Objects.requireNonNull(phrases.get(language)), random);
    }
    ContextWords around = Objects.requireNonNull(words.get(language));
    StringBuilder text = new StringBuilder(random.nextBoolean() ? around.draw(random) : "");
    for (int left = random.nextInt(MOST_VALUES + 1); left > 0; left--) {
      text.append(' ').append(blank(random));
      // Values do not touch: what follows a number would be its unit.
      text.append(left > 1 || random.nextBoolean() ? around.draw(random) : "");
    }
    if (random.nextDouble() < WITH_CODE) {
      text.append(around.draw(random)).append(" {code}").append(around.draw(random));
    }
    return text.isEmpty() ? blank(random) : text.substring(1);
  }

  /** A phrase, or two with few blanks. */
  private static String phrases(List<String> phrases, RandomGenerator random) {
    String first = one(phrases, random);
    String second = one(phrases, random);
    if (random.nextDouble() >= TWO_PHRASES
        || BLANK.matcher(first + second).results().count() > MOST_BLANKS) {
      return first;
    }
    return first + (first.matches(".*[.!?]") ? " " : ". ") + second;
  }

  private static String blank(RandomGenerator random) {
    return "{" + one(List.of(Kind.values()), random).label() + "}";
  }

  private String fill(
      MatchResult match,
      ValueLanguage language,
      List<PrintedValue> values,
      RandomGenerator random) {
    String blank = match.group(1);
    ValuePrinter printer = Objects.requireNonNull(printers.get(language));
    PrintedValue value =
        switch (blank) {
          case "name", "code" -> null;
          case "percent" -> printer.drawPercentage(random);
          case "millions" -> printer.drawLargeAmount(random);
          case "many" -> printer.drawLargeNumber(match.group(2), random);
          case "year" -> ValuePrinter.drawYear(random);
          default -> printer.draw(Kind.valueOf(blank.toUpperCase(Locale.ROOT)), random);
        };
    if (value == null) {
      return blank.equals("name") ? name(random) : code(random);
    }
    values.add(value);
    return value.printed();
  }

  /**
   * Figures that are no value: a telephone number or the name of a thing. Letters, a plus, a nought
   * or marks between the figures tell it from a number.
   */
  private static String code(RandomGenerator random) {
    String pattern = one(CODES, random);
    StringBuilder code = new StringBuilder();
    for (char sign : pattern.toCharArray()) {
      code.append(
          switch (sign) {
            case '#' -> (char) ('0' + random.nextInt(10));
            case '@' -> (char) ('A' + random.nextInt(26));
            default -> sign;
          });
    }
    return code.toString();
  }

  private static String name(RandomGenerator random) {
    StringBuilder name = new StringBuilder();
    for (int left = random.nextInt(2, 4); left > 0; left--) {
      name.append(one(SYLLABLES, random));
    }
    name.setCharAt(0, Character.toUpperCase(name.charAt(0)));
    return name.toString();
  }

  /** Some people write in capitals, some in small letters, some without accents. */
  private static String varied(String text, RandomGenerator random) {
    double draw = random.nextDouble();
    if (draw < 0.04) {
      return text.toUpperCase(Locale.ROOT);
    }
    if (draw < 0.1) {
      return text.toLowerCase(Locale.ROOT);
    }
    return draw < 0.14
        ? Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{M}+", "")
        : text;
  }

  private static List<String> lines(String resource) {
    try (InputStream in =
        Objects.requireNonNull(ValueTexts.class.getResourceAsStream(resource), resource)) {
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(all.split("\\R")).filter(line -> !line.isBlank()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> T one(List<T> choices, RandomGenerator random) {
    return choices.get(random.nextInt(choices.size()));
  }
}
