package dev.deed.decode;

import dev.deed.checkpoint.BadInputException;
import dev.deed.decode.TokenChooser.Candidate;
import dev.deed.decode.exit.History;
import dev.deed.decode.exit.StepExits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One sequence on its way through the layers of one step, and what the step found. */
final class SequenceStep {
  private final StepRow row;
  private final StepExits exits;
  private List<Candidate> candidates = List.of();
  private final int layersPossible;
  private int layersRun;
  private int layerPasses;

  /**
   * @param layers of the decoder
   */
  SequenceStep(StepRow row, int layers) {
    this.row = row;
    // The last layer runs the newest position alone: nothing but the head consumes its outputs.
    this.layersPossible = row.state().pendingRows(1) * (layers - 1) + 1;
    TokenChooser chooser = row.chooser();
    this.exits =
        new StepExits(
            row.rule(),
            row.scoring(),
            chooser.takesLargest(),
            scores -> candidates = chooser.choose(row.scoring().tokens(), scores),
            row.alternatives());
  }

  DecoderState state() {
    return row.state();
  }

  /** What it sees of positions that stopped early. */
  History history() {
    return row.rule().history();
  }

  /** Its way through the exits. */
  StepExits exits() {
    return exits;
  }

  /** Why the step failed; null where it did not. */
  @Nullable BadInputException error() {
    return exits.error();
  }

  /** Whether it has yet to emit. */
  boolean running() {
    return exits.running();
  }

  /** Counts a layer that ran this many positions of it. */
  void countLayer(int positions) {
    layersRun += positions;
    layerPasses++;
  }

  /** What may follow, best first, once the step has ended. */
  List<Candidate> candidates() {
    return candidates;
  }

  /** The step with one of its candidates emitted. */
  StepResult emit(Candidate candidate) {
    return new StepResult(
        candidate.token(),
        candidate.logProbability(),
        exits.layer(),
        exits.confidence(),
        exits.consulted(),
        effort(),
        exits.alternatives());
  }

  Effort effort() {
    return new Effort(layersRun, layersPossible, layerPasses, exits.headLookups());
  }
}
