package dev.deed.evaluation.metrics;

import dev.deed.files.Spelling;
import java.util.List;
import java.util.Locale;

/**
 * Average normalised Levenshtein similarity of document question answering (Biten et al. 2019), in
 * per cent: of the best accepted answer, 1 − distance by the longer length, 0 below one half;
 * lower-cased and stripped.
 */
final class Anls {
  private Anls() {}

  static double score(String hypothesis, String reference) {
    List<Integer> made = normalised(hypothesis);
    List<Integer> expected = normalised(reference);
    int longer = Math.max(made.size(), expected.size());
    double distance = longer == 0 ? 0 : (double) Spelling.changes(made, expected) / longer;
    return distance < 0.5 ? 1 - distance : 0;
  }

  private static List<Integer> normalised(String text) {
    return Words.characters(Words.stripped(text.toLowerCase(Locale.ROOT)));
  }
}
