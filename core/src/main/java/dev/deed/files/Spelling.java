package dev.deed.files;

import java.util.Collection;
import java.util.Locale;
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
        int changes = changes(text.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
        if (changes < least) {
          least = changes;
          best = name;
        }
      }
    }
    return best;
  }

  /** How many letters to add, take out or replace: Levenshtein's distance. */
  private static int changes(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
