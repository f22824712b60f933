package dev.deed.decode;

import dev.deed.decode.draft.Drafting;
import dev.deed.decode.logits.LogitsProcessor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How tokens are chosen. Immutable. */
public sealed interface SearchStrategy {
  /** Whether answers are ranked by their scores: there are several, or others were discarded. */
  default boolean ranks() {
    return switch (this) {
      case Greedy _ -> false;
      case Sampling sampling -> sampling.sequences > 1;
      case Beam _ -> true;
      case Verified verified -> verified.chains.ranks();
    };
  }

  /** Sequences that are decoded side by side, at most. */
  default int rows() {
    return switch (this) {
      case Greedy _ -> 1;
      case Sampling sampling -> sampling.sequences;
      case Beam beam -> beam.beams;
      case Verified verified -> verified.chains.rows();
    };
  }

  /** Each step emits the token of the largest score, the lowest on ties. */
  record Greedy() implements SearchStrategy {}

  /**
   * Each step draws a token from the softmax of its scores. Draws depend on the seed and the number
   * of the sequence alone: {@code SplittableRandom(seed)}, split once for each sequence, gives one
   * number a token.
   *
   * @param sequences how many to draw, at least 1
   * @param warpers act on the scores after confidence was taken: they say how to draw, not how sure
   *     the model is
   */
  record Sampling(int sequences, long seed, List<LogitsProcessor> warpers)
      implements SearchStrategy {
    public Sampling {
      warpers = List.copyOf(warpers);
    }
  }

  /**
   * Beam search; see {@code BeamSearch}.
   *
   * @param beams hypotheses that live side by side, at least 1
   * @param sequences how many of the finished ones to return, 1…beams
   * @param lengthPenalty power of the length by which scores are divided
   * @param warpers act on the scores after confidence was taken
   * @param seed draws the candidates of each step instead of taking the best; null: the best
   */
  record Beam(
      int beams,
      int sequences,
      double lengthPenalty,
      EarlyStopping earlyStopping,
      List<LogitsProcessor> warpers,
      @Nullable Long seed)
      implements SearchStrategy {
    public Beam {
      warpers = List.copyOf(warpers);
    }
  }

  /**
   * The answer of full depth, bit for bit: tokens that leave the decoder early are drafts, and the
   * block that later runs the deeper layers for them verifies them.
   *
   * @param chains greedy decoding or sampling
   * @param drafting how drafts come about
   */
  record Verified(SearchStrategy chains, Drafting drafting) implements SearchStrategy {
    public Verified {
      if (chains instanceof Beam || chains instanceof Verified) {
        throw new IllegalArgumentException("nothing verifies the drafts of " + chains);
      }
    }
  }

  /** When a beam search ends before its length limit; the values of {@code early_stopping}. */
  enum EarlyStopping {
    /** {@code true}: as soon as there are as many finished hypotheses as beams. */
    WHEN_FULL,
    /** {@code false}: when the best living one, at its present length, is worse than all these. */
    WHEN_UNLIKELY,
    /**
     * {@code "never"}: when it is worse than all these at the length that suits it best, which is
     * the limit for a positive length penalty.
     */
    WHEN_HOPELESS
  }
}
