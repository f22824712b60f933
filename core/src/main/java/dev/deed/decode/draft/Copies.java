package dev.deed.decode.draft;

import java.util.List;

/**
 * Drafts that no layer runs for.
 *
 * @param predicted whether they are of a prediction
 */
public record Copies(List<Integer> tokens, boolean predicted) {
  public static final Copies NONE = new Copies(List.of(), false);

  public Copies {
    tokens = List.copyOf(tokens);
  }
}
