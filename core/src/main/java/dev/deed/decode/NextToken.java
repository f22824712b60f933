package dev.deed.decode;

import dev.deed.decode.TokenChooser.Candidate;
import dev.deed.decode.exit.ExitQuestion;
import dev.deed.decode.exit.StepExits;
import dev.deed.decode.logits.AnswerState;
import dev.deed.value.Exit;
import java.util.List;

/** What follows a position: the question on its way through the exits, and what may follow. */
final class NextToken {
  private final StepExits exits;
  private List<Candidate> candidates = List.of();

  NextToken(ExitQuestion question, TokenChooser chooser) {
    this.exits =
        new StepExits(
            question, scores -> candidates = chooser.choose(question.scoring().tokens(), scores));
    if (isForced()) {
      candidates = List.of(new Candidate(exits.forced(), 0, 0, 0));
    }
  }

  /** Whether nothing else may follow, so that no layer is asked. */
  boolean isForced() {
    return exits.forced() != AnswerState.NOT_FORCED;
  }

  StepExits exits() {
    return exits;
  }

  /** What may follow, best first; empty until it is answered, and where nothing may. */
  List<Candidate> candidates() {
    return candidates;
  }

  Exit exit() {
    return exits.exit();
  }
}
