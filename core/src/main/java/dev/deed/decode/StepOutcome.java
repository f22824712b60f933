package dev.deed.decode;

import java.util.List;

/**
 * What a step found out about one sequence; see {@link StepResult} for the numbers.
 *
 * @param candidates what may follow, best first
 * @param layersPossible evaluations of full depth, for the positions that the step added
 */
record StepOutcome(
    List<Candidate> candidates,
    int exitLayer,
    double confidence,
    List<Double> consulted,
    int layersRun,
    int layersPossible,
    int layerPasses,
    int headLookups) {

  /** The step with one of its candidates emitted. */
  StepResult emit(Candidate candidate) {
    return new StepResult(
        candidate.token(),
        exitLayer,
        confidence,
        candidate.logProbability(),
        consulted,
        layersRun,
        layerPasses,
        headLookups);
  }
}
