package dev.deed.processing.tokenizer;

import dev.deed.processing.tokenizer.file.AddedToken;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds added tokens in a text, the leftmost first and the longest of those. Immutable. */
final class AddedTokenMatcher {
  private final Map<String, AddedToken> tokens = new HashMap<>();
  private final Pattern pattern;

  /**
   * @param text a piece of the text, or the spelling of a token
   */
  record Part(String text, boolean isToken) {}

  AddedTokenMatcher(Collection<AddedToken> added) {
    added.forEach(token -> tokens.put(token.content(), token));
    pattern =
        Pattern.compile(
            tokens.keySet().stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Pattern::quote)
                .collect(Collectors.joining("|")));
  }

  /** The text cut around added tokens; no part is empty. */
  List<Part> cut(String text) {
    List<Part> parts = new ArrayList<>();
    if (tokens.isEmpty()) {
      add(parts, text);
      return parts;
    }
    Matcher matcher = pattern.matcher(text);
    int from = 0;
    while (matcher.find()) {
      AddedToken token = Objects.requireNonNull(tokens.get(matcher.group()));
      String before = text.substring(from, Math.max(from, matcher.start()));
      add(parts, token.takesSpaceBefore() ? before.stripTrailing() : before);
      parts.add(new Part(token.content(), true));
      from = matcher.end();
      while (token.takesSpaceAfter()
          && from < text.length()
          && Character.isWhitespace(text.charAt(from))) {
        from++;
      }
    }
    add(parts, text.substring(from));
    return parts;
  }

  private static void add(List<Part> parts, String text) {
    if (!text.isEmpty()) {
      parts.add(new Part(text, false));
    }
  }
}
