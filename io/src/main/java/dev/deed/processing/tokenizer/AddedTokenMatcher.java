package dev.deed.processing.tokenizer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds added tokens in a text, the leftmost first and the longest of those. Immutable. */
final class AddedTokenMatcher {
  /** In the order of their spellings: those that begin alike are neighbours. */
  private final List<AddedToken> tokens;

  /** A piece of the text, or the spelling of a token. */
  record Part(String text, boolean isToken) {}

  AddedTokenMatcher(Collection<AddedToken> added) {
    tokens = added.stream().sorted(Comparator.comparing(AddedToken::content)).toList();
  }

  /** The text cut around added tokens; no part is empty. */
  List<Part> cut(String text) {
    List<Part> parts = new ArrayList<>();
    int from = 0;
    int at = 0;
    while (at < text.length()) {
      AddedToken token = longest(text, at);
      if (token == null) {
        at++;
        continue;
      }
      String before = text.substring(from, at);
      add(parts, token.takesSpaceBefore() ? before.stripTrailing() : before);
      parts.add(new Part(token.content(), true));
      at += token.content().length();
      while (token.takesSpaceAfter()
          && at < text.length()
          && Character.isWhitespace(text.charAt(at))) {
        at++;
      }
      from = at;
    }
    add(parts, text.substring(from));
    return parts;
  }

  /** The longest token at a place, null for none. */
  private @Nullable AddedToken longest(String text, int at) {
    AddedToken found = null;
    int first = 0;
    int end = tokens.size();
    for (int length = 0; first < end; length++) {
      // All of these begin with so many characters of the text; one that ends there comes first.
      if (tokens.get(first).content().length() == length) {
        found = tokens.get(first++);
      }
      if (at + length == text.length()) {
        break;
      }
      char next = text.charAt(at + length);
      first = notBelow(next, length, first, end);
      end = next == Character.MAX_VALUE ? end : notBelow((char) (next + 1), length, first, end);
    }
    return found;
  }

  /** The first token of a range whose character at a place is not below one. */
  private int notBelow(char character, int place, int first, int end) {
    int low = first;
    int high = end;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (tokens.get(middle).content().charAt(place) < character) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static void add(List<Part> parts, String text) {
    if (!text.isEmpty()) {
      parts.add(new Part(text, false));
    }
  }
}
