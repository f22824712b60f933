package dev.deed.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Languages by their codes in model folders and by their English names. */
public final class SpeechLanguages {
  /** ISO 639's code of a language that nobody can tell; its own name. */
  public static final String UNKNOWN = "und";

  /** Whisper's names where those of the JDK are others. */
  private static final Map<String, String> NAMES =
      Map.of("jw", "javanese", "nn", "nynorsk", "my", "myanmar", "ht", "haitian creole");

  private static final Pattern TOKEN = Pattern.compile("\\A<\\|(.*)\\|>\\z", Pattern.DOTALL);

  private SpeechLanguages() {}

  public static String name(String code) {
    String known = code.equals(UNKNOWN) ? UNKNOWN : NAMES.get(code);
    return known != null
        ? known
        : Locale.of(code).getDisplayLanguage(Locale.ENGLISH).toLowerCase(Locale.ROOT);
  }

  /** The one of some codes that a user means by a code, a name or a token; null: none of them. */
  static @Nullable String code(String given, Iterable<String> codes) {
    String plain = ofToken(given.strip().toLowerCase(Locale.ROOT));
    for (String code : codes) {
      if (code.equals(plain) || name(code).equals(plain)) {
        return code;
      }
    }
    return null;
  }

  /** {@code en} of {@code <|en|>}. */
  static String ofToken(String token) {
    return TOKEN.matcher(token).replaceFirst("$1");
  }

  static String token(String name) {
    return "<|" + name + "|>";
  }

  /** Codes that a vocabulary may have tokens of. */
  static List<String> known() {
    return Stream.concat(Arrays.stream(Locale.getISOLanguages()), Stream.of("haw", "jw", "yue"))
        .toList();
  }
}
