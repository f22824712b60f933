package dev.deed.decode;

import dev.deed.decode.TokenChooser.Candidate;
import dev.deed.decode.draft.Copies;
import dev.deed.decode.draft.DraftPlan;
import dev.deed.decode.draft.Drafting;
import dev.deed.decode.exit.ExitQuestion;
import dev.deed.decode.exit.ExitRule;
import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import dev.deed.value.Exit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
  private final Drafter drafter;

  /** Those that wait for their verification. */
  private final List<Draft> drafts = new ArrayList<>();

  /** Decoder inputs of which the last layer has said what follows. */
  private int verified;

  /** Whether no draft can follow: the last one ends the sequence, or an exit knew none. */
  private boolean ready;

  /** Whether the last drafts are {@linkplain DraftPlan#copies copies}. */
  private boolean copied;

  /** Decoder inputs since the last token that was not forced, that token included. */
  private int unpriced;

  /** What steps took since the last verification. */
  private Effort waiting = Effort.NONE;

  private Drafts sum = Drafts.NONE;
  private SequenceStep step;

  DraftChain(
      SearchRequest request,
      GrowingAnswer answer,
      TokenChooser chooser,
      Drafting drafting,
      IntFunction<float[]> arrays) {
    this.request = request;
    this.answer = answer;
    this.chooser = chooser;
    this.full = ExitRule.full(answer.state().layers());
    this.plan =
        drafting.begin(
            request.rule(), full, request.stopping().ends(), request.encoded().positions());
    this.drafter =
        Drafter.of(
            drafting.decoder(),
            answer.state(),
            chooser,
            other -> request.beginAssistant(other, arrays));
    this.verified = answer.state().positions() - 1;
    this.unpriced = request.prefix().size();
    this.step = begin();
  }

  private SequenceStep begin() {
    if (drafts.isEmpty()) {
      PlainStep known = new PlainStep(answer.state(), answer.question(full, chooser), chooser);
      if (known.next().isForced()) {
        return known;
      }
    }
    copy();
    ExitQuestion last = answer.question(full, chooser);
    int unverified = answer.state().positions() - verified;
    int guesses = (int) uncertain().count();
    if (!ready && !copied && plan.drafts(guesses)) {
      ExitQuestion early = early(plan.rule(guesses), last);
      SequenceStep drafting = drafter.draft(early, last, unverified);
      if (drafting != null) {
        return drafting;
      }
    }
    return drafter.verify(last, unverified, drafts.size());
  }

  private static ExitQuestion early(ExitRule rule, ExitQuestion last) {
    ExitQuestion.Estimates estimates =
        last.estimates() == ExitQuestion.Estimates.NOWHERE
            ? ExitQuestion.Estimates.BELOW_LAST
            : last.estimates();
    return new ExitQuestion(rule, last.scoring(), last.greedy(), 0, estimates);
  }

  @Override
  public SequenceStep step() {
    return step;
  }

  /** Takes a draft, or what the last layer says of all of them. */
  @Override
  public boolean accept() {
    waiting = waiting.plus(List.of(step.effort()));
    boolean goesOn = true;
    switch (step) {
      case PlainStep known when drafts.isEmpty() && known.next().isForced() ->
          goesOn = emitForced(known);
      case PlainStep drafting -> draft(drafting.next());
      case VerifyingStep drafting when drafting.verification().isEmpty() -> draft(drafting.draft());
      case VerifyingStep verifying -> goesOn = verify(verifying);
    }
    if (goesOn) {
      step = begin();
    }
    return goesOn;
  }

  /** Emits a token that needs no verification: nothing waits for one before it. */
  private boolean emitForced(PlainStep known) {
    StepResult forced = known.emit(known.next().candidates().getFirst());
    if (!answer.emit(forced)) {
      return false;
    }
    answer.append(forced.token());
    verified++;
    unpriced++;
    return true;
  }

  private void draft(NextToken next) {
    if (next.candidates().isEmpty()) {
      ready = true;
    } else if (next.isForced()) {
      draft(Draft.forced(next.candidates().getFirst().token()));
    } else {
      int token = plan.draft((int) uncertain().count(), next.candidates().getFirst().token());
      draft(drafter.drafted(token, next));
    }
  }

  private void draft(Draft draft) {
    drafts.add(draft);
    ready =
        request.stopping().ends().contains(draft.token())
            || answer.emitted() + drafts.size() >= request.stopping().maxNewTokens();
    if (!ready) {
      answer.append(draft.token());
    }
  }

  /** Drafts what the plan copies, once before a verification. */
  private void copy() {
    if (ready || copied) {
      return;
    }
    Copies copies = plan.copies(answer.tokens(), drafts.size());
    for (int token : copies.tokens()) {
      if (ready || !answer.tokens().allows(token)) {
        return;
      }
      draft(Draft.copied(token, copies.predicted()));
      copied = true;
    }
  }

  /** Emits what the last layer says, up to the first draft that differs. */
  private boolean verify(VerifyingStep step) {
    int kept = 0;
    List<Double> below = step.draft().exits().consulted();
    int predicted = (int) drafts.stream().filter(Draft::predicted).count();
    sum = sum.plus(new Drafts(0, 0, 1, predicted, 0));
    for (int i = 0; i < step.verification().size(); i++) {
      NextToken next = step.verification().get(i);
      if (next.candidates().isEmpty()) {
        return false;
      }
      Candidate token = next.candidates().getFirst();
      Draft draft = i < drafts.size() ? drafts.get(i) : null;
      boolean keeps = draft != null && draft.token() == token.token();
      boolean counts = draft != null && !draft.forced();
      int accepted = keeps && counts ? 1 : 0;
      int acceptedPredicted = draft != null && keeps && draft.predicted() ? 1 : 0;
      kept += accepted;
      sum = sum.plus(new Drafts(counts ? 1 : 0, accepted, 0, 0, acceptedPredicted));
      StepResult emitted =
          new StepResult(
              token.token(),
              token.logProbability(),
              exit(next.exit(), draft, keeps, below),
              effort(i, next.isForced()),
              next.exits().alternatives(),
              draft == null || keeps ? List.of() : dropped(i, step.verification().size(), below),
              next.isForced());
      if (!answer.emit(emitted)) {
        return false;
      }
      if (!keeps) {
        verified += i + 1;
        answer.truncate(verified);
        answer.append(token.token());
        break;
      }
    }
    answer.learnScreening(
        step.verification().stream().mapToInt(token -> token.exits().screenBalance()).sum());
    goOn(kept);
    return true;
  }

  /**
   * Where a token left: a draft that is kept where the draft did, as sure as full depth where that
   * was no layer of the model; without a draft at the last layer, with what exits below were asked
   * for.
   */
  private static Exit exit(Exit last, @Nullable Draft draft, boolean keeps, List<Double> below) {
    if (draft == null) {
      return new Exit(last.layer(), last.confidence(), below);
    }
    if (keeps) {
      Exit exit = draft.exit();
      return exit.layer() == 0 ? new Exit(0, last.confidence(), exit.consulted()) : exit;
    }
    return last;
  }

  /**
   * What a token of full depth takes the place of: drafts from a wrong one on, and the rest.
   *
   * @param positions that were verified
   */
  private List<Exit> dropped(int wrong, int positions, List<Double> below) {
    List<Exit> dropped = new ArrayList<>();
    drafts.subList(wrong, drafts.size()).forEach(draft -> dropped.add(draft.exit()));
    if (positions > drafts.size()) {
      dropped.add(new Exit(full.lastLayer(), 0, below));
    }
    return dropped;
  }

  /** All work since the last verification goes to the first token that it gave. */
  private Effort effort(int question, boolean forced) {
    int possible = forced ? 0 : unpriced * (full.lastLayer() - 1) + 1;
    unpriced = forced ? unpriced + 1 : 1;
    return (question == 0 ? waiting : Effort.NONE).withPossible(possible);
  }

  /** Drafts that could be wrong. */
  private Stream<Draft> uncertain() {
    return drafts.stream().filter(draft -> !draft.forced());
  }

  private void goOn(int kept) {
    plan.verified(uncertain().map(Draft::cost).toList(), kept);
    drafts.clear();
    ready = false;
    copied = false;
    waiting = Effort.NONE;
  }

  Drafts drafts() {
    return sum;
  }

  @Override
  public FoundSequence found() {
    return answer.found();
  }
}
