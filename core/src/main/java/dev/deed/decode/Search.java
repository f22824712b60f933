package dev.deed.decode;

import java.util.List;

/**
 * The search for one input's answer, step by step: it says which sequences to decode next and hears
 * what may follow them. It knows no layers.
 */
sealed interface Search permits ChainSearch, BeamSearch {
  /** The present step of each sequence; none when the search is over. */
  List<? extends SequenceStep> steps();

  /** Takes what these steps found, all of which have ended, and begins others. */
  void accept();

  SearchResult result();
}
