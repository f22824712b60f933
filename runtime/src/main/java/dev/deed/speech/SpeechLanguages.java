package dev.deed.speech;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Languages by their codes in model folders and by their English names. */
final class SpeechLanguages {
  /** Whisper's names where those of the JDK are others. */
  private static final Map<String, String> NAMES =
      Map.of("jw", "javanese", "nn", "nynorsk", "my", "myanmar", "ht", "haitian creole");

  private static final String OPEN = "<|";
  private static final String CLOSE = "|>";

  private SpeechLanguages() {}

  static String name(String code) {
    String name = NAMES.get(code);
    return name == null
        ? Locale.of(code).getDisplayLanguage(Locale.ENGLISH).toLowerCase(Locale.ROOT)
        : name;
  }

  /**
   * The code that a user means by a code, a name or a token; null when there is none of it.
   *
   * @param codes to choose from
   */
  static @Nullable String code(String given, Iterable<String> codes) {
    String plain = given.strip().toLowerCase(Locale.ROOT);
    plain = plain.startsWith(OPEN) && plain.endsWith(CLOSE) ? ofToken(plain) : plain;
    for (String code : codes) {
      if (code.equals(plain) || name(code).equals(plain)) {
        return code;
      }
    }
    return null;
  }

  /** {@code en} of {@code <|en|>}. */
  static String ofToken(String token) {
    return token.startsWith(OPEN) && token.endsWith(CLOSE)
        ? token.substring(OPEN.length(), token.length() - CLOSE.length())
        : token;
  }

  static String token(String name) {
    return OPEN + name + CLOSE;
  }

  /** Codes that a vocabulary may have tokens of. */
  static List<String> known() {
    return Stream.concat(Arrays.stream(Locale.getISOLanguages()), Stream.of("haw", "jw", "yue"))
        .toList();
  }
}
