package dev.deed.decode.draft;

import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitCriterion;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.TokenSequence;
import dev.deed.model.Decoder;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Drafts where exits are sure enough and where the source goes on alike, as many at once as pay by
 * what was kept so far.
 *
 * @param most drafts that wait, 1 or more; 0: as many as pay, by how many were kept so far
 * @param ngram the length of the runs of tokens that are looked up in the source, whose sequel is
 *     then drafted without running a layer; 0: none are
 * @param source tokens of the encoder's input; empty where it reads none
 * @param prices what drafts cost
 * @param decoder the decoder that makes drafts; null: the layers that verify them
 */
public record LearningDrafts(
    int most, int ngram, List<Integer> source, DraftPrices prices, @Nullable Decoder decoder)
    implements Drafting {
  private static final int MOST_COPIED = 8;

  /** Drafts of which nothing is promised are kept this often, until more is known. */
  private static final double USUALLY_KEPT = 0.8;

  /** Those of a decoder that runs to its end: the whole model, but for what narrow weights lose. */
  private static final double MOSTLY_KEPT = 0.97;

  /** Layers that a draft runs, of all, while nothing is known. */
  private static final double HALF = 0.5;

  /** Of drafts by the layers that verify them. */
  public LearningDrafts(int most, int ngram, List<Integer> source, DraftPrices prices) {
    this(most, ngram, source, prices, null);
  }

  public LearningDrafts {
    if (most < 0 || ngram < 0) {
      throw new IllegalArgumentException("drafts " + most + ", n-grams " + ngram);
    }
    source = List.copyOf(source);
  }

  public LearningDrafts withSource(List<Integer> tokens) {
    return new LearningDrafts(most, ngram, tokens, prices, decoder);
  }

  /** How often drafts are kept that leave at a threshold: between what it asks and always. */
  private static double promise(ExitRule rule) {
    return rule.confidence() == Confidence.MAX_PROB
            && rule.criterion() instanceof ExitCriterion.Threshold(double value, double _)
            && value > 0
            && value <= 1
        ? (1 + value) / 2
        : USUALLY_KEPT;
  }

  @Override
  public DraftPlan begin(ExitRule rule, ExitRule full, Set<Integer> ends) {
    boolean whole = decoder != null && rule.layers().equals(full.layers());
    DraftLength length =
        new DraftLength(
            full.lastLayer(), most, prices, whole ? MOSTLY_KEPT : promise(rule), whole ? 1 : HALF);
    SourceDrafts copies = new SourceDrafts(source, ngram, prices.row());
    return new DraftPlan() {
      @Override
      public boolean drafts(int waiting) {
        return waiting < length.most();
      }

      @Override
      public ExitRule rule(int waiting) {
        return rule;
      }

      @Override
      public List<Integer> copies(TokenSequence tokens) {
        return copies.sequel(tokens, MOST_COPIED);
      }

      @Override
      public void verified(boolean copied, List<DraftCost> drafts, int kept) {
        if (copied) {
          copies.verified(drafts.size(), kept);
        } else {
          length.verified(drafts, kept);
        }
      }
    };
  }
}
