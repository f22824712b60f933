package dev.deed.decode;

import dev.deed.decode.exit.ExitQuestion;
import dev.deed.decode.exit.StepExits;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.value.Effort;
import dev.deed.value.ExitHistory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step whose token is a draft where it ends early. Where it reaches the last layer, that layer is
 * asked what follows each position that waits for its verification.
 */
final class VerifyingStep implements SequenceStep {
  private final PlainStep draft;
  private final ExitQuestion full;
  private final TokenChooser chooser;
  private final int waiting;
  private final boolean patient;
  private final boolean verifies;
  private List<NextToken> verification = List.of();

  /**
   * @param draft the newest position on its way to an early exit
   * @param full what the last layer is asked about that position
   * @param waiting newest positions that are to be verified, this one included
   */
  VerifyingStep(PlainStep draft, ExitQuestion full, TokenChooser chooser, int waiting) {
    this(draft, full, chooser, waiting, false, false);
  }

  private VerifyingStep(
      PlainStep draft,
      ExitQuestion full,
      TokenChooser chooser,
      int waiting,
      boolean patient,
      boolean verifies) {
    this.draft = draft;
    this.full = full;
    this.chooser = chooser;
    this.waiting = waiting;
    this.patient = patient;
    this.verifies = verifies;
  }

  /**
   * The step that goes to the last layer, also where the newest token is known without it.
   *
   * @param mayWait for the drafts of others
   */
  VerifyingStep toTheEnd(boolean mayWait) {
    return new VerifyingStep(draft, full, chooser, waiting, mayWait, true);
  }

  @Override
  public DecoderState state() {
    return draft.state();
  }

  @Override
  public ExitHistory history() {
    return draft.history();
  }

  @Override
  public int outputRows(int layer) {
    return isLast(layer) ? waiting : draft.outputRows(layer);
  }

  private boolean isLast(int layer) {
    return layer == state().layers();
  }

  @Override
  public List<StepExits> questions(int layer) {
    if (!isLast(layer)) {
      // A draft whose scores are no numbers is none. Full depth may have better ones.
      return draft.error() == null ? draft.questions(layer) : List.of();
    }
    List<NextToken> all = new ArrayList<>();
    TokenSequence tokens = full.scoring().tokens();
    for (int later = waiting - 1; later >= 0; later--) {
      all.add(new NextToken(full.about(tokens.first(tokens.length() - later)), chooser));
    }
    verification = all;
    return all.stream().map(NextToken::exits).toList();
  }

  @Override
  public void countLayer(int positions) {
    draft.countLayer(positions);
  }

  @Override
  public boolean running() {
    return verification.isEmpty() && (verifies || draft.running() || draft.error() != null);
  }

  @Override
  public boolean mayWait() {
    return patient;
  }

  /** Of the positions up to the first wrong draft: those behind it are forgotten. */
  @Override
  public @Nullable Throwable error() {
    TokenSequence tokens = full.scoring().tokens();
    for (int i = 0; i < verification.size(); i++) {
      NextToken answer = verification.get(i);
      if (answer.exits().error() != null) {
        return answer.exits().error();
      }
      int drafted = tokens.length() - (verification.size() - 1 - i);
      boolean kept =
          drafted < tokens.length()
              && !answer.candidates().isEmpty()
              && answer.candidates().getFirst().token() == tokens.get(drafted);
      if (!kept) {
        return null;
      }
    }
    return null;
  }

  @Override
  public Effort effort() {
    int lookups = verification.stream().mapToInt(answer -> answer.exits().headLookups()).sum();
    return draft.effort().plus(List.of(new Effort(0, 0, 0, lookups)));
  }

  /** What follows the newest position by an early exit, where the step has ended there. */
  NextToken draft() {
    return draft.next();
  }

  /** What the last layer says of the waiting positions, oldest first; empty where it has not. */
  List<NextToken> verification() {
    return verification;
  }
}
