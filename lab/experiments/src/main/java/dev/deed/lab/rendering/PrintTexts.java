package dev.deed.lab.rendering;

import dev.deed.lab.copying.ReceiptTexts;
import dev.deed.lab.receipts.PaperTexts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts of single printed lines: phrases of receipts, bills, labels and letters in a dozen
 * languages with blanks filled in, lines of made-up receipts, and now and then any characters at
 * all; of papers, if wanted, what companies, addresses and sums are like. Case is that of the
 * print. Safe for many threads.
 */
final class PrintTexts {
  private static final int MOST_CHARACTERS = 70;
  private static final String ALL =
      " ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
          + "0123456789.,:;-()/%*@&#$'!=+\"[]?~_<>|^\\{}`€£¥§°";

  /** Texts that nobody can guess: what has to be read letter by letter. */
  private static final List<String> LOOSE =
      List.of(
          "{word}",
          "{word} {word}",
          "{word} {word} {word}",
          "{Word}",
          "{Word} {Word}",
          "{Word} {word}",
          "{Word} {Word} {Word}",
          "{WORD}",
          "{WORD} {WORD}",
          "{WORD} {WORD} {WORD}",
          "{WORD} {code}",
          "{count} {WORD}",
          "{Word} {amount}",
          "{WORD} {WORD} {digits}",
          "{amount}",
          "{amount}",
          "{amount}",
          "{money}",
          "{digits}",
          "{digits}",
          "{code}",
          "{code}",
          "{date}",
          "{time}",
          "{phone}",
          "{percent}");

  private static final Pattern BLANK = Pattern.compile("\\{([A-Za-z]+)\\}");

  private final PrintWords words = new PrintWords();
  private final List<String> phrases = resource("phrases.txt", "\\R");
  private final ReceiptTexts receipts = new ReceiptTexts(List.of());
  private final double papers;

  /**
   * Draws texts.
   *
   * @param papers share of lines of made-up papers, 0…1
   */
  PrintTexts(double papers) {
    this.papers = papers;
  }

  /**
   * A text that is not blank, has single spaces and at most 70 characters.
   *
   * @param least characters, joined from as many texts as it takes; fewer than 70
   */
  String draw(RandomGenerator random, int least) {
    String text = one(random);
    if (random.nextDouble() < 0.2) {
      // Most lines have few characters, but a model has to hold long ones too.
      text = text + " " + one(random);
    }
    text = singleSpaced(text);
    while (text.length() < least) {
      text = singleSpaced(text + " " + one(random));
    }
    return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS).strip();
  }

  private static String singleSpaced(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  private String one(RandomGenerator random) {
    if (papers > 0 && random.nextDouble() < papers) {
      return recased(PaperTexts.draw(random), random);
    }
    double draw = random.nextDouble();
    if (draw < 0.15) {
      return recased(receipts.draw(random), random);
    }
    if (draw < 0.2) {
      return any(random);
    }
    List<String> from = draw < 0.7 ? LOOSE : phrases;
    String phrase = from.get(random.nextInt(from.size()));
    String text =
        BLANK
            .matcher(phrase)
            .replaceAll(
                blank ->
                    Matcher.quoteReplacement(
                        Objects.requireNonNullElse(
                            words.fill(blank.group(1), random), blank.group())));
    return random.nextDouble() < 0.3 ? PrintWords.capitals(text) : text;
  }

  /** Receipts are made in capitals. */
  private static String recased(String text, RandomGenerator random) {
    double draw = random.nextDouble();
    if (draw < 0.5) {
      return text;
    }
    String small = text.toLowerCase(Locale.ROOT);
    if (draw < 0.6) {
      return small;
    }
    StringBuilder cased = new StringBuilder(small);
    for (int i = 0; i < cased.length(); i++) {
      if (i == 0 || !Character.isLetter(small.charAt(i - 1))) {
        cased.setCharAt(i, Character.toUpperCase(small.charAt(i)));
      }
    }
    return cased.toString();
  }

  private static String any(RandomGenerator random) {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(1, 16); left > 0; left--) {
      text.append(ALL.charAt(random.nextInt(ALL.length())));
    }
    String stripped = text.toString().strip();
    return stripped.isEmpty() ? "0" : stripped;
  }

  /** Parts of a text file beside this class, separated by a pattern; none is empty. */
  static List<String> resource(String name, String separator) {
    try (InputStream in =
        Objects.requireNonNull(PrintTexts.class.getResourceAsStream(name), name)) {
      String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Arrays.stream(all.split(separator)).filter(part -> !part.isEmpty()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
