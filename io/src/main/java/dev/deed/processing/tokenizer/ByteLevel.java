package dev.deed.processing.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * GPT-2's way of cutting text into words, and of spelling bytes as printable characters (Radford et
 * al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.2).
 */
final class ByteLevel {
  /** Contractions; letters, numbers, others, each with a space in front; other white space. */
  private static final Pattern WORDS =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\p{IsWhite_Space}\\p{L}\\p{N}]+"
              + "|\\p{IsWhite_Space}+(?!\\P{IsWhite_Space})|\\p{IsWhite_Space}+");

  private static final Pattern DIGIT_OR_REST = Pattern.compile("\\p{N}|\\P{N}+");

  private static final char[] SPELLING = spelling();

  private ByteLevel() {}

  /** The character that stands for each of the 256 bytes. */
  public static char[] alphabet() {
    return SPELLING.clone();
  }

  /**
   * The words of a text, spelled in {@link #alphabet()}.
   *
   * @param singleDigits whether the text is first cut around every digit
   */
  public static List<String> words(String text, boolean singleDigits) {
    List<String> words = new ArrayList<>();
    if (singleDigits) {
      DIGIT_OR_REST.matcher(text).results().forEach(part -> addWords(part.group(), words));
    } else {
      addWords(text, words);
    }
    return words;
  }

  private static void addWords(String text, List<String> words) {
    Matcher matcher = WORDS.matcher(text);
    while (matcher.find()) {
      words.add(spell(matcher.group()));
    }
  }

  private static String spell(String word) {
    byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
    char[] spelled = new char[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      spelled[i] = SPELLING[bytes[i] & 0xff];
    }
    return new String(spelled);
  }

  /** Printable Latin-1 stands for itself, the other bytes in turn for characters from 256 on. */
  private static char[] spelling() {
    char[] spelling = new char[256];
    char next = 256;
    for (int b = 0; b < 256; b++) {
      boolean printable = b >= '!' && b <= '~' || b >= 0xa1 && b <= 0xac || b >= 0xae;
      spelling[b] = printable ? (char) b : next++;
    }
    return spelling;
  }
}
