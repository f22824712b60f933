package dev.deed.decode;

import java.util.List;

/**
 * The search for one input's answer, step by step: it says which sequences to decode next and hears
 * what may follow them. It knows no layers.
 */
sealed interface Search permits ChainSearch, BeamSearch {
  /** The sequences of the next step; none when the search is over. */
  List<StepRow> rows();

  /** Takes what a step found of each of these rows, in their order. */
  void accept(List<SequenceStep> steps);

  /** What was found, once the search is over. */
  SearchResult result();
}
