package dev.deed.decode;

import dev.deed.decode.TokenChooser.Candidate;
import dev.deed.decode.exit.ExitQuestion;
import dev.deed.decode.exit.StepExits;
import dev.deed.value.Effort;
import dev.deed.value.ExitHistory;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A step that asks what follows the newest position, and ends at the exit that tells. */
final class PlainStep implements SequenceStep {
  private final DecoderState state;
  private final ExitQuestion question;
  private final NextToken next;
  private final boolean drafts;
  private final int layersPossible;
  private int layersRun;
  private int layerPasses;

  /**
   * @param state with one position appended and not yet decoded
   * @param chooser picks the tokens that may follow it
   */
  PlainStep(DecoderState state, ExitQuestion question, TokenChooser chooser) {
    this(state, question, chooser, false);
  }

  private PlainStep(
      DecoderState state, ExitQuestion question, TokenChooser chooser, boolean drafts) {
    this.state = state;
    this.question = question;
    this.next = new NextToken(question, chooser);
    this.drafts = drafts;
    // The last layer runs the newest position alone: nothing but the head consumes its outputs.
    this.layersPossible = next.isForced() ? 0 : state.pendingRows(1) * (state.layers() - 1) + 1;
  }

  /** A step of another decoder than the one that verifies: where it ends is a draft. */
  static PlainStep ofDraft(DecoderState state, ExitQuestion question, TokenChooser chooser) {
    return new PlainStep(state, question, chooser, true);
  }

  @Override
  public DecoderState state() {
    return state;
  }

  @Override
  public ExitHistory history() {
    return question.rule().history();
  }

  @Override
  public int outputRows(int layer) {
    return 1;
  }

  @Override
  public List<StepExits> questions(int layer) {
    return List.of(next.exits());
  }

  @Override
  public void countLayer(int positions) {
    layersRun += positions;
    layerPasses++;
  }

  @Override
  public boolean running() {
    return next.exits().running();
  }

  /** A draft whose scores are no numbers is none, and no error: full depth may have better ones. */
  @Override
  public @Nullable Throwable error() {
    return drafts ? null : next.exits().error();
  }

  @Override
  public Effort effort() {
    int lookups = next.exits().headLookups();
    Effort effort = new Effort(layersRun, layersPossible, layerPasses, lookups);
    return drafts ? effort.ofNarrowLayers() : effort;
  }

  /** What follows the newest position. */
  NextToken next() {
    return next;
  }

  /** The step with one of its candidates emitted. */
  StepResult emit(Candidate candidate) {
    return new StepResult(
        candidate.token(),
        candidate.logProbability(),
        next.exit(),
        effort(),
        next.exits().alternatives(),
        List.of(),
        next.isForced());
  }
}
