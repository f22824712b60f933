package dev.deed.decode;

import dev.deed.decode.draft.Draft;
import dev.deed.decode.draft.DraftPlan;
import dev.deed.decode.draft.Drafting;
import dev.deed.decode.draft.Drafts;
import dev.deed.decode.exit.ExitRule;
import java.util.ArrayList;
import java.util.List;

/**
 * A sequence of full depth that is found with drafts (self-speculative decoding; the block that
 * fills skipped layers just in time is the verification). A token that leaves the decoder early is
 * a draft, and decoding goes on from it. When a step reaches the last layer, that layer tells for
 * every draft's position what full depth emits there. Drafts are kept up to the first that differs.
 * In its place comes the token of full depth, and what followed it is forgotten.
 *
 * <p>A row's bits do not depend on the rows beside it, so the last layer says of a position exactly
 * what it says at full depth. Draws depend on the seed and the position alone.
 */
final class DraftChain implements Chain {
  private final SearchRequest request;
  private final GrowingAnswer answer;
  private final TokenChooser chooser;
  private final ExitRule full;
  private final DraftPlan plan;

  /** Tokens that left early and wait for their verification. */
  private final List<StepResult> drafts = new ArrayList<>();

  /** Decoder inputs of which the last layer has said what follows. */
  private int verified;

  /** Whether no draft can follow: the last one ends the sequence, or an exit knew none. */
  private boolean ready;

  /** Whether the drafts were copied from the source. */
  private boolean copied;

  /** What steps took since the last verification. */
  private Effort waiting = Effort.NONE;

  private Drafts sum = Drafts.NONE;

  DraftChain(SearchRequest request, GrowingAnswer answer, TokenChooser chooser, Drafting drafting) {
    this.request = request;
    this.answer = answer;
    this.chooser = chooser;
    this.full = ExitRule.full(answer.state().layers());
    this.plan = drafting.begin(request.rule(), full, request.stopping().ends());
    this.verified = answer.state().positions() - 1;
  }

  @Override
  public StepRow row() {
    return new StepRow(
        answer.state(),
        ready || copied ? full : plan.rule(drafts.size()),
        answer.scoring(),
        chooser,
        request.listener().alternatives(),
        answer.state().positions() - verified);
  }

  /** Takes a draft, or what the last layer says of all of them. */
  @Override
  public boolean accept(SequenceStep step) {
    waiting = waiting.plus(List.of(step));
    if (!step.verification().isEmpty()) {
      return verify(step.verification(), step.newest().exits().consulted());
    }
    if (step.candidates().isEmpty()) {
      ready = true;
    } else {
      StepResult said = step.newest().emit(step.candidates().getFirst(), Effort.NONE);
      draft(said.saying(plan.draft(drafts.size(), said.token())));
    }
    return true;
  }

  private void draft(StepResult draft) {
    drafts.add(draft);
    ready =
        request.stopping().ends().contains(draft.token())
            || answer.emitted() + drafts.size() >= request.stopping().maxNewTokens();
    if (!ready) {
      answer.append(draft.token());
    }
  }

  /** Drafts what the source goes on with. */
  private void copy() {
    for (int token : plan.copies(answer.tokens())) {
      if (!ready) {
        draft(StepResult.copied(token));
        copied = true;
      }
    }
  }

  /**
   * @param questions the last layer's answers, the oldest first
   * @param consulted confidences that the newest position's exits were asked for
   */
  private boolean verify(List<SequenceStep.Question> questions, List<Double> consulted) {
    int kept = 0;
    sum = sum.plus(new Drafts(0, 0, 1));
    for (int i = 0; i < questions.size(); i++) {
      SequenceStep.Question question = questions.get(i);
      if (question.candidates().isEmpty()) {
        return false;
      }
      StepResult full = question.emit(question.candidates().getFirst(), effort(i));
      StepResult draft = i < drafts.size() ? drafts.get(i) : full.asked(consulted);
      boolean keeps = i < drafts.size() && draft.token() == full.token();
      kept += keeps ? 1 : 0;
      sum = sum.plus(new Drafts(i < drafts.size() ? 1 : 0, keeps ? 1 : 0, 0));
      StepResult emitted =
          i < drafts.size() ? full.dropping(dropped(i, questions, consulted)) : draft;
      if (!answer.emit(keeps ? full.draftedBy(draft) : emitted)) {
        return false;
      }
      if (!keeps) {
        verified += i + 1;
        answer.truncate(verified);
        answer.append(full.token());
        break;
      }
    }
    goOn(kept);
    return true;
  }

  /** What the token of full depth takes the place of: drafts from a wrong one on, and the rest. */
  private List<StepResult.Exit> dropped(
      int wrong, List<SequenceStep.Question> questions, List<Double> consulted) {
    List<StepResult.Exit> dropped = new ArrayList<>();
    drafts.subList(wrong, drafts.size()).forEach(draft -> dropped.add(draft.exit()));
    if (questions.size() > drafts.size()) {
      dropped.add(new StepResult.Exit(full.lastLayer(), 0, consulted));
    }
    return dropped;
  }

  /** All work since the last verification goes to the first token that it gave. */
  private Effort effort(int question) {
    int layers = full.lastLayer();
    int first = request.prefix().size() * (layers - 1) + 1;
    return (question == 0 ? waiting : Effort.NONE)
        .withPossible(answer.emitted() == 0 ? first : layers);
  }

  private static Draft taken(StepResult draft) {
    boolean copied = draft.exitLayer() == 0;
    return new Draft(draft.exitLayer(), copied ? 0 : Math.max(1, draft.exit().consulted().size()));
  }

  private void goOn(int kept) {
    plan.verified(copied, drafts.stream().map(DraftChain::taken).toList(), kept);
    drafts.clear();
    ready = false;
    copied = false;
    waiting = Effort.NONE;
    copy();
  }

  /** What became of its drafts. */
  Drafts drafts() {
    return sum;
  }

  @Override
  public FoundSequence found() {
    return answer.found();
  }
}
