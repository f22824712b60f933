package dev.deed.checkpoint;

import java.util.List;
import java.util.Set;

/**
 * Names under which a model looks for its tensors.
 *
 * @param usual looked for first
 * @param others looked for where a usual one is not there
 */
public record KnownNames(Set<String> usual, Set<String> others) {
  /** Of a model of an unknown kind: any name may matter. */
  public static final KnownNames NONE = new KnownNames(Set.of(), Set.of());

  public KnownNames {
    usual = Set.copyOf(usual);
    others = Set.copyOf(others);
  }

  /**
   * Which names of one tied tensor are to be kept: the usual ones; without one, all other known
   * ones, for another tensor may have the usual name; or the first; all where no name is known.
   */
  List<String> kept(List<String> tied) {
    if (usual.isEmpty()) {
      return tied;
    }
    for (Set<String> known : List.of(usual, others)) {
      List<String> read = tied.stream().filter(known::contains).toList();
      if (!read.isEmpty()) {
        return read;
      }
    }
    return List.of(tied.getFirst());
  }
}
