package dev.deed.decode.exit;

import dev.deed.decode.logits.Scores;
import dev.deed.decode.logits.TopTokens;
import dev.deed.model.Decoder;
import dev.deed.model.GenerationHead;
import dev.deed.model.LowRankHead;
import dev.deed.model.TwoStageHead;
import dev.deed.model.Workspace;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A look-up of the generation head for steps at one exit. It gives a step the scores of its next
 * token, or leaves it without them where it is not sure enough to emit. Cheap look-ups answer the
 * steps that they can, and leave the others to the look-up behind them. Holds buffers; belongs to
 * one thread.
 */
interface HeadEvaluation {
  /**
   * @param hidden what the head reads of each, [steps, width]; changed
   */
  void answer(List<StepExits> steps, float[] hidden);

  /** The look-ups of a decoder, the cheapest in front. */
  static HeadEvaluation of(Decoder decoder, Workspace workspace, ThreadPool pool) {
    WholeHead whole = new WholeHead(decoder, workspace, pool);
    TwoStageHead screen = decoder.head().screen();
    HeadEvaluation exact = screen == null ? whole : new TwoStageEvaluation(screen, whole);
    LowRankHead ofDrafts = decoder.head().ofDrafts();
    return ofDrafts == null ? exact : new DraftHead(ofDrafts, whole, exact);
  }

  /**
   * The steps that a look-up leaves to the one behind it.
   *
   * @param hidden [steps, width]; changed: the rows of those that stay move up
   * @param stays whether a row's step stays open
   */
  static List<StepExits> open(
      List<StepExits> steps, float[] hidden, int width, IntPredicate stays) {
    List<StepExits> open = new ArrayList<>();
    for (int row = 0; row < steps.size(); row++) {
      if (stays.test(row)) {
        System.arraycopy(hidden, row * width, hidden, open.size() * width, width);
        open.add(steps.get(row));
      }
    }
    return open;
  }

  /**
   * Asks a head of low rank which tokens a draft may be, and the head itself for the logits of
   * these alone. It answers steps at the last layer, where no confidence decides; whether the draft
   * is right is for its verification to say.
   *
   * @param small says which tokens these may be
   * @param whole head of a decoder that drafts and does nothing else; lends its buffers
   * @param behind answers other steps
   */
  record DraftHead(LowRankHead small, WholeHead whole, HeadEvaluation behind)
      implements HeadEvaluation {
    /** Tokens whose logits are computed. */
    private static final int CANDIDATES = 64;

    @Override
    public void answer(List<StepExits> steps, float[] hidden) {
      if (steps.stream().noneMatch(DraftHead::isAnswered)) {
        behind.answer(steps, hidden);
        return;
      }
      int width = whole.decoder.width();
      int vocabulary = whole.decoder.vocabulary();
      float[] near = whole.logits(steps.size());
      GenerationHead head = whole.decoder.head();
      small.apply(hidden, steps.size(), head.bias(), near, whole.workspace, whole.pool);
      List<StepExits> open =
          HeadEvaluation.open(
              steps,
              hidden,
              width,
              row ->
                  !(isAnswered(steps.get(row))
                      && settle(steps.get(row), near, row * vocabulary, hidden, row * width)));
      behind.answer(open, hidden);
    }

    /** Whether a token is all that is wanted, and nothing but bans changes the logits. */
    private static boolean isAnswered(StepExits step) {
      ExitQuestion question = step.question();
      return step.isLast()
          && question.estimates() != ExitQuestion.Estimates.NOWHERE
          && question.greedy()
          && question.alternatives() == 0
          && !question.scoring().normalised()
          && question.scoring().onlyBans();
    }

    /**
     * @param near [vocabulary] from {@code offset} on
     * @param hidden [width] from {@code from} on
     * @return false where no token is left, or scores are no numbers
     */
    private boolean settle(StepExits step, float[] near, int offset, float[] hidden, int from) {
      Scores scores = whole.scores();
      scores.beginScreened(near, offset);
      step.question().scoring().process(scores);
      TopTokens top = scores.largest(CANDIDATES);
      if (top.size() == 0) {
        return false;
      }
      float[] logits = new float[top.size()];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = whole.decoder.head().logit(top.token(i), hidden, from);
        scores.set(top.token(i), logits[i]);
      }
      scores.settle(KernelChoice.kernels().statistics(logits, 0, logits.length).at(top::token));
      step.countLookup();
      step.conclude(scores, scores.statistics().maxProbability());
      return true;
    }
  }
}
