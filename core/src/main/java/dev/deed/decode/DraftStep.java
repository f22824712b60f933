package dev.deed.decode;

import dev.deed.decode.exit.StepExits;
import dev.deed.value.Effort;
import dev.deed.value.ExitHistory;
import dev.deed.value.InputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A step of a {@link Drafter}: where it ends is a draft, wherever that is. */
final class DraftStep implements SequenceStep {
  private final PlainStep step;

  /**
   * @param step of a state that the drafter was lent
   */
  DraftStep(PlainStep step) {
    this.step = step;
  }

  @Override
  public DecoderState state() {
    return step.state();
  }

  @Override
  public ExitHistory history() {
    return step.history();
  }

  @Override
  public int asked(int layer) {
    return step.asked(layer);
  }

  @Override
  public List<StepExits> questions(int layer) {
    return step.questions(layer);
  }

  @Override
  public void countLayer(int positions) {
    step.countLayer(positions);
  }

  @Override
  public boolean running() {
    return step.running();
  }

  /** None: a draft whose scores are no numbers is none, and full depth may have better ones. */
  @Override
  public @Nullable InputException error() {
    return null;
  }

  @Override
  public Effort effort() {
    return step.effort().ofNarrowLayers();
  }

  /** What follows the newest position by the drafter; it knows no token where the step failed. */
  NextToken draft() {
    return step.next();
  }
}
