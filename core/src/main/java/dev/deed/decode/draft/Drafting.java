package dev.deed.decode.draft;

import java.util.List;

/**
 * How drafts come about, and how many wait for a verification.
 *
 * @param most drafts that wait, 1 or more; 0: as many as pay, by how many were kept so far
 * @param ngram the length of the runs of tokens that are looked up in the source, whose sequel is
 *     then drafted without running a layer; 0: none are
 * @param source tokens of the encoder's input; empty where it reads none
 */
public record Drafting(int most, int ngram, List<Integer> source) {
  public Drafting {
    if (most < 0 || ngram < 0) {
      throw new IllegalArgumentException("drafts " + most + ", n-grams " + ngram);
    }
    source = List.copyOf(source);
  }

  /** Drafts from exits alone. */
  public static Drafting fromExits(int most) {
    return new Drafting(most, 0, List.of());
  }
}
