package dev.deed.decode;

import dev.deed.decode.TokenChooser.Candidate;
import dev.deed.decode.draft.DraftCost;
import dev.deed.decode.draft.DraftPlan;
import dev.deed.decode.draft.Drafting;
import dev.deed.decode.exit.ExitQuestion;
import dev.deed.decode.exit.ExitRule;
import dev.deed.model.Decoder;
import dev.deed.value.Drafts;
import dev.deed.value.Effort;
import dev.deed.value.Exit;
import java.util.ArrayList;
import java.util.List;
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

  /** Tokens that left early and wait for their verification. */
  private final List<Waiting> drafts = new ArrayList<>();

  /** Decoder inputs of which the last layer has said what follows. */
  private int verified;

  /** Whether no draft can follow: the last one ends the sequence, or an exit knew none. */
  private boolean ready;

  /** Whether the drafts were copied from the source. */
  private boolean copied;

  /** What steps took since the last verification. */
  private Effort waiting = Effort.NONE;

  private Drafts sum = Drafts.NONE;

  /** Drafts in place of the model's own layers; null: these do. */
  private final @Nullable Decoder other;

  /** Makes the drafts that wait; null: there are none of it. */
  private @Nullable Drafter drafter;

  private SequenceStep step;

  DraftChain(SearchRequest request, GrowingAnswer answer, TokenChooser chooser, Drafting drafting) {
    this.request = request;
    this.answer = answer;
    this.chooser = chooser;
    this.full = ExitRule.full(answer.state().layers());
    this.plan = drafting.begin(request.rule(), full, request.stopping().ends());
    this.verified = answer.state().positions() - 1;
    this.other = drafting.drafter();
    this.step = begin();
  }

  /**
   * A draft.
   *
   * @param exit where it left the model's layers; layer 0 where these did not say it
   */
  private record Waiting(int token, Exit exit, DraftCost cost) {
    /** Of an exit of the model's own layers. */
    static Waiting early(int token, Exit exit) {
      int lookups = Math.max(1, exit.consulted().size());
      return new Waiting(token, exit, new DraftCost(exit.layer(), lookups));
    }

    /** Of a drafter. What ran to its end has left no layer of the model. */
    static Waiting drafted(int token, NextToken said, int layers) {
      Exit exit = said.exit();
      return new Waiting(
          token,
          exit.layer() == layers ? new Exit(0, exit.confidence(), exit.consulted()) : exit,
          new DraftCost(exit.layer(), said.exits().headLookups()));
    }

    /** From the source. */
    static Waiting copied(int token) {
      return new Waiting(token, new Exit(0, 0, List.of()), new DraftCost(0, 0));
    }
  }

  private SequenceStep begin() {
    boolean mayDraft = !ready && !copied && plan.drafts(drafts.size());
    ExitRule rule = mayDraft ? plan.rule(drafts.size()) : full;
    ExitQuestion last = answer.question(full, chooser);
    ExitQuestion early = early(rule, last);
    if (other == null) {
      return verifying(early, last, false);
    }
    // After a verification every layer has run all positions before the newest.
    if (mayDraft && sum.verifications() > 0) {
      if (drafter == null) {
        drafter = new Drafter(other, answer.state());
      }
      return drafter.step(answer.tokens(), early, chooser);
    }
    if (drafter != null) {
      drafter.drop();
      drafter = null;
    }
    return verifying(last, last, !drafts.isEmpty());
  }

  private static ExitQuestion early(ExitRule rule, ExitQuestion last) {
    ExitQuestion.Estimates estimates =
        last.estimates() == ExitQuestion.Estimates.NOWHERE
            ? ExitQuestion.Estimates.BELOW_LAST
            : last.estimates();
    return new ExitQuestion(rule, last.scoring(), last.greedy(), 0, estimates);
  }

  private VerifyingStep verifying(ExitQuestion early, ExitQuestion last, boolean patient) {
    return new VerifyingStep(
        new PlainStep(answer.state(), early, chooser),
        last,
        chooser,
        answer.state().positions() - verified,
        patient);
  }

  @Override
  public SequenceStep step() {
    return step;
  }

  /** Takes a draft, or what the last layer says of all of them. */
  @Override
  public boolean accept() {
    waiting = waiting.plus(List.of(step.effort()));
    boolean goesOn =
        switch (step) {
          case DraftStep drafted -> draft(drafted.draft());
          case VerifyingStep verifying when verifying.verification().isEmpty() ->
              draft(verifying.draft());
          case VerifyingStep verifying -> verify(verifying);
          case PlainStep _ -> throw new IllegalStateException("nothing verifies a plain step");
        };
    if (goesOn) {
      step = begin();
    }
    return goesOn;
  }

  private boolean draft(NextToken said) {
    if (said.candidates().isEmpty()) {
      ready = true;
    } else {
      int token = said.candidates().getFirst().token();
      int draft = plan.draft(drafts.size(), token);
      draft(
          other == null
              ? Waiting.early(draft, said.exit())
              : Waiting.drafted(draft, said, full.lastLayer()));
    }
    return true;
  }

  private void draft(Waiting draft) {
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
        draft(Waiting.copied(token));
        copied = true;
      }
    }
  }

  /** Emits what the last layer says, up to the first draft that differs. */
  private boolean verify(VerifyingStep step) {
    int kept = 0;
    List<Double> below = step.draft().exits().consulted();
    sum = sum.plus(new Drafts(0, 0, 1));
    for (int i = 0; i < step.verification().size(); i++) {
      NextToken said = step.verification().get(i);
      if (said.candidates().isEmpty()) {
        return false;
      }
      Candidate token = said.candidates().getFirst();
      Waiting draft = i < drafts.size() ? drafts.get(i) : null;
      boolean keeps = draft != null && draft.token() == token.token();
      kept += keeps ? 1 : 0;
      sum = sum.plus(new Drafts(draft == null ? 0 : 1, keeps ? 1 : 0, 0));
      StepResult emitted =
          new StepResult(
              token.token(),
              token.logProbability(),
              exit(said.exit(), draft, keeps, below),
              effort(i),
              said.exits().alternatives(),
              draft == null || keeps ? List.of() : dropped(i, step.verification().size(), below));
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
    answer.looked(step.verification().stream().mapToInt(token -> token.exits().settled()).sum());
    goOn(kept);
    return true;
  }

  /**
   * Where a token left: a draft that is kept where the draft did, as sure as full depth where that
   * was no layer of the model; without a draft at the last layer, with what exits below were asked
   * for.
   */
  private static Exit exit(Exit last, @Nullable Waiting draft, boolean keeps, List<Double> below) {
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
  private Effort effort(int question) {
    int layers = full.lastLayer();
    int first = request.prefix().size() * (layers - 1) + 1;
    return (question == 0 ? waiting : Effort.NONE)
        .withPossible(answer.emitted() == 0 ? first : layers);
  }

  private void goOn(int kept) {
    plan.verified(copied, drafts.stream().map(Waiting::cost).toList(), kept);
    drafts.clear();
    ready = false;
    copied = false;
    waiting = Effort.NONE;
    copy();
  }

  Drafts drafts() {
    return sum;
  }

  @Override
  public FoundSequence found() {
    return answer.found();
  }
}
