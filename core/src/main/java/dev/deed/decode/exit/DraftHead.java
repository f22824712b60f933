package dev.deed.decode.exit;

import dev.deed.decode.logits.Scores;
import dev.deed.decode.logits.TopTokens;
import dev.deed.model.Decoder;
import dev.deed.model.LowRankHead;
import dev.deed.model.Workspace;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;
import java.util.List;

/**
 * Asks a head of low rank which tokens a draft may be, and the head itself for the logits of these
 * alone. It answers steps at the last layer, where no confidence decides; whether the draft is
 * right is for its verification to say.
 *
 * @param small says which tokens these may be
 * @param decoder of drafts alone
 * @param behind answers other steps
 */
record DraftHead(
    LowRankHead small, Decoder decoder, Buffers buffers, WorkerTeam team, HeadLookup behind)
    implements HeadLookup {
  /** Tokens whose logits are computed. */
  private static final int CANDIDATES = 64;

  /**
   * Memory to work in.
   *
   * @param whole lends that of logits
   */
  record Buffers(WholeHead whole, Workspace workspace) {}

  @Override
  public void answer(List<StepExits> steps, float[] hidden) {
    int width = decoder.width();
    int vocabulary = decoder.vocabulary();
    if (steps.stream().noneMatch(DraftHead::suits)) {
      behind.answer(steps, hidden);
      return;
    }
    float[] near = buffers.whole.logits(steps.size());
    small.apply(hidden, steps.size(), decoder.head().bias(), near, buffers.workspace, team);
    List<StepExits> open =
        HeadLookup.open(
            steps,
            hidden,
            width,
            (step, row) ->
                !(suits(step) && settle(step, near, row * vocabulary, hidden, row * width)));
    behind.answer(open, hidden);
  }

  /** Whether a token is all that is wanted, and nothing but bans changes the logits. */
  private static boolean suits(StepExits step) {
    ExitQuestion question = step.question();
    return step.isLast()
        && question.estimates() != ExitQuestion.Estimates.NOWHERE
        && question.greedy()
        && question.alternatives() == 0
        && !question.scoring().normalised()
        && question.scoring().onlyBans();
  }

  /**
   * Answers a step.
   *
   * @param near [vocabulary] from {@code offset} on
   * @param hidden [width] from {@code from} on
   * @return false where no token is left, or scores are no numbers
   */
  private boolean settle(StepExits step, float[] near, int offset, float[] hidden, int from) {
    Scores scores = buffers.whole.scores();
    scores.beginScreened(near, offset);
    step.question().scoring().process(scores);
    TopTokens top = scores.largest(CANDIDATES);
    if (top.size() == 0) {
      return false;
    }
    float[] logits = new float[top.size()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = decoder.head().logit(top.token(i), hidden, from);
      scores.set(top.token(i), logits[i]);
    }
    scores.settle(KernelChoice.kernels().statistics(logits, 0, logits.length).at(top::token));
    step.countLookup();
    step.conclude(scores, scores.statistics().maxProbability());
    return true;
  }
}
