package dev.deed.files;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Names that a user may have meant. */
public final class Spelling {
  private Spelling() {}

  /** The name that differs least from a text; null where even that differs in a third of it. */
  public static @Nullable String nearest(String text, Collection<String> names) {
    String best = null;
    int least = 1 + Math.max(1, text.length() / 3);
    for (String name : names) {
      // Texts of very different length differ by more; a long text costs nothing.
      if (Math.abs(name.length() - text.length()) < least) {
        int changes = changes(letters(text), letters(name));
        if (changes < least) {
          least = changes;
          best = name;
        }
      }
    }
    return best;
  }

  private static List<Integer> letters(String text) {
    return text.toLowerCase(Locale.ROOT).chars().boxed().toList();
  }

  /** How many items to add, take out or replace: Levenshtein's distance. */
  public static <T> int changes(List<T> from, List<T> to) {
    int[] row = IntStream.rangeClosed(0, to.size()).toArray();
    for (int i = 1; i <= from.size(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.get(i - 1).equals(to.get(j - 1)) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.size()];
  }
}
