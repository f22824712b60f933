package dev.deed.decode;

import dev.deed.value.Alternative;
import dev.deed.value.Effort;
import dev.deed.value.Exit;
import java.util.List;

/**
 * A token, and the step that emitted it.
 *
 * @param logProbability natural logarithm of the token's probability at its exit, before logits
 *     processors
 * @param exit where it left the decoder; of a draft that was kept where the draft did
 * @param effort what the step took, of this sequence alone; look-ups for alternatives do not count
 * @param alternatives the most probable tokens at that exit, most probable first, as many as the
 *     listener {@linkplain StepListener#alternatives asks for}: of the distribution of {@code
 *     logProbability}, and never a token of probability 0
 * @param dropped positions that were decoded in vain before a token of full depth: the draft that
 *     it takes the place of, and what was decoded behind that; empty where none was
 * @param forced whether no other token was allowed, so that no layer was asked: it left at layer 0
 *     with a log-probability of 0
 */
public record StepResult(
    int token,
    double logProbability,
    Exit exit,
    Effort effort,
    List<Alternative> alternatives,
    List<Exit> dropped,
    boolean forced) {
  public StepResult {
    alternatives = List.copyOf(alternatives);
    dropped = List.copyOf(dropped);
  }
}
