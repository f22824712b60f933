package dev.deed.decode;

import dev.deed.decode.TokenChooser.Candidate;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.Scoring;
import dev.deed.decode.logits.TokenSequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Sequences of full depth that are found with drafts (self-speculative decoding; the block that
 * fills skipped layers just in time is the verification). A token that leaves the decoder early is
 * a draft, and decoding goes on from it. When a step reaches the last layer, that layer tells for
 * every draft's position what full depth emits there. Drafts are kept up to the first that differs.
 * In its place comes the token of full depth, and what followed it is forgotten.
 *
 * <p>A row's bits do not depend on the rows beside it, so the last layer says of a position exactly
 * what it says at full depth. Draws depend on the seed and the position alone.
 */
final class DraftSearch implements Search {
  private static final int MOST_COPIED = 8;

  private final SearchRequest request;
  private final Drafting drafting;
  private final int layers;
  private final List<Chain> chains = new ArrayList<>();
  private List<Chain> growing;
  private Effort effort = Effort.NONE;
  private int drafted;
  private int accepted;

  DraftSearch(SearchRequest request, SearchStrategy.Verified verified, DecoderState first) {
    this.request = request;
    this.drafting = verified.drafting();
    this.layers = first.layers();
    for (TokenChooser chooser : ChainSearch.choosers(verified.chains())) {
      chains.add(new Chain(chains.isEmpty() ? first : first.fork(), chooser));
    }
    this.growing = List.copyOf(chains);
  }

  @Override
  public List<StepRow> rows() {
    return growing.stream().map(Chain::row).toList();
  }

  @Override
  public void accept(List<SequenceStep> steps) {
    effort = effort.plus(steps);
    List<Chain> next = new ArrayList<>();
    for (int i = 0; i < growing.size(); i++) {
      if (growing.get(i).accept(steps.get(i))) {
        next.add(growing.get(i));
      }
    }
    growing = next;
    if (chains.size() == 1 && growing.isEmpty()) {
      request.listener().end();
    }
  }

  @Override
  public SearchResult result() {
    List<FoundSequence> found =
        chains.stream()
            .map(Chain::found)
            .sorted(Comparator.comparingDouble(FoundSequence::score).reversed())
            .toList();
    if (chains.size() > 1) {
      request.listener().tellAll(found.getFirst().steps());
    }
    return new SearchResult(
        found, effort.withPossible(possible(found)), new Drafts(drafted, accepted));
  }

  /** What full depth runs for these: all of the prefix in all layers but the last. */
  private int possible(List<FoundSequence> found) {
    int first = request.prefix().size() * (layers - 1) + 1;
    return found.stream()
        .mapToInt(one -> one.steps().isEmpty() ? 0 : first + (one.steps().size() - 1) * layers)
        .sum();
  }

  private final class Chain {
    private final DecoderState state;
    private final TokenChooser chooser;
    private final TokenSequence tokens = new TokenSequence(request.prefix());
    private final List<StepResult> steps = new ArrayList<>();

    /** Tokens that left early and wait for their verification. */
    private final List<StepResult> drafts = new ArrayList<>();

    private final DraftLength length = new DraftLength(layers, drafting.most());
    private final SourceDrafts source = new SourceDrafts(drafting);

    /** Decoder inputs of which the last layer has said what follows. */
    private int verified;

    /** Whether no draft can follow: the last one ends the sequence, or an exit knew none. */
    private boolean ready;

    /** Whether the drafts were copied from the source. */
    private boolean copied;

    private Effort waiting = Effort.NONE;
    private EndReason finish = EndReason.LENGTH;

    Chain(DecoderState state, TokenChooser chooser) {
      this.state = state;
      this.chooser = chooser;
      this.verified = state.positions() - 1;
    }

    StepRow row() {
      boolean verifies = ready || copied || drafts.size() >= length.most();
      return new StepRow(
          state,
          verifies ? ExitRule.full(layers) : request.rule(),
          new Scoring(tokens, request.processors(), false),
          chooser,
          request.listener().alternatives(),
          state.positions() - verified);
    }

    /** Takes a draft, or what the last layer says of all of them; whether the sequence goes on. */
    boolean accept(SequenceStep step) {
      waiting = waiting.plus(List.of(step));
      if (step.verification().isEmpty()) {
        draft(step);
        return true;
      }
      return verify(step.verification(), step.newest().exits().consulted());
    }

    private void draft(SequenceStep step) {
      if (step.candidates().isEmpty()) {
        ready = true;
        return;
      }
      draft(step.newest().emit(step.candidates().getFirst(), Effort.NONE));
    }

    private void draft(StepResult draft) {
      drafts.add(draft);
      ready =
          request.stopping().ends().contains(draft.token())
              || steps.size() + drafts.size() >= request.stopping().maxNewTokens();
      if (!ready) {
        append(draft.token());
      }
    }

    /** Drafts what the source goes on with. */
    private void copy() {
      for (int token : source.sequel(tokens, MOST_COPIED)) {
        if (!ready) {
          draft(StepResult.copied(token));
          copied = true;
        }
      }
    }

    private void append(int token) {
      tokens.append(token);
      state.append(token);
    }

    /**
     * @param questions the last layer's answers, the oldest first
     * @param consulted confidences that the newest position's exits were asked for
     */
    private boolean verify(List<SequenceStep.Question> questions, List<Double> consulted) {
      int kept = 0;
      for (int i = 0; i < questions.size(); i++) {
        SequenceStep.Question question = questions.get(i);
        if (question.candidates().isEmpty()) {
          return false;
        }
        Candidate candidate = question.candidates().getFirst();
        StepResult emitted = question.emit(candidate, i == 0 ? waiting : Effort.NONE);
        boolean keeps = false;
        if (i == drafts.size()) {
          emitted = emitted.asked(consulted);
        } else {
          StepResult draft = drafts.get(i);
          drafted++;
          keeps = draft.token() == candidate.token();
          emitted = keeps ? emitted.draftedBy(draft) : emitted;
        }
        kept += keeps ? 1 : 0;
        accepted += keeps ? 1 : 0;
        if (!emit(emitted)) {
          return false;
        }
        if (!keeps) {
          goOnFrom(verified + i + 1, candidate.token());
          break;
        }
      }
      if (copied) {
        source.heard(drafts.size(), kept);
      } else {
        length.verified(drafts, kept);
      }
      drafts.clear();
      ready = false;
      copied = false;
      waiting = Effort.NONE;
      copy();
      return true;
    }

    /** Takes the next token of the answer; whether the sequence goes on. */
    private boolean emit(StepResult result) {
      steps.add(result);
      boolean wanted = chains.size() > 1 || request.listener().token(steps.size() - 1, result);
      if (request.stopping().ends().contains(result.token())) {
        finish = EndReason.EOS;
        return false;
      }
      if (!wanted || Thread.currentThread().isInterrupted()) {
        finish = EndReason.CANCELLED;
        return false;
      }
      return steps.size() < request.stopping().maxNewTokens();
    }

    /** Forgets what followed a position and appends the token of full depth. */
    private void goOnFrom(int positions, int token) {
      tokens.truncate(positions);
      state.truncate(positions);
      verified = positions;
      append(token);
    }

    FoundSequence found() {
      return FoundSequence.ofChain(steps, finish);
    }
  }
}
