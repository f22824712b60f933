package dev.deed.decode.draft;

import dev.deed.decode.exit.Confidence;
import dev.deed.decode.exit.ExitCriterion;
import dev.deed.decode.exit.ExitRule;
import dev.deed.decode.logits.TokenSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Drafts where exits are sure enough and where texts go on alike, as many at once as pay by what
 * was kept so far.
 *
 * @param most drafts that wait, 1 or more; 0: as many as pay, by how many were kept so far
 * @param ngram the length of the runs of tokens that are looked up in the source and in the answer
 *     so far, whose sequel is then drafted without running a layer; 0: none are
 * @param texts that are known before the answer: what the encoder reads, a prediction
 * @param prices what drafts cost
 * @param decoder the decoder that makes drafts; null: the layers that verify them
 */
public record LearningDrafts(
    int most, int ngram, List<KnownText> texts, DraftPrices prices, @Nullable DraftDecoder decoder)
    implements Drafting {
  /** Drafts of which nothing is promised are kept this often, until more is known. */
  private static final double USUALLY_KEPT = 0.8;

  /** Those of a decoder that runs to its end: the whole model, but for what narrow weights lose. */
  private static final double MOSTLY_KEPT = 0.97;

  /** Layers that a draft runs, of all, while nothing is known. */
  private static final double HALF = 0.5;

  public LearningDrafts {
    if (most < 0 || ngram < 0) {
      throw new IllegalArgumentException("drafts " + most + ", n-grams " + ngram);
    }
    texts = List.copyOf(texts);
  }

  /** The same with one more text. */
  public LearningDrafts withText(KnownText text) {
    List<KnownText> more = new ArrayList<>(texts);
    more.add(text);
    return new LearningDrafts(most, ngram, more, prices, decoder);
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
  public DraftPlan begin(ExitRule rule, ExitRule full, Set<Integer> ends, int source) {
    boolean atEnd = rule.layers().equals(full.layers());
    boolean none = decoder == null && atEnd;
    DraftLength length =
        switch (decoder) {
          case DraftDecoder.Assistant _ ->
              new DraftLength(full.lastLayer(), most, prices, USUALLY_KEPT, 1)
                  .after(prices.wait(source));
          case DraftDecoder.Narrow _ when atEnd ->
              new DraftLength(full.lastLayer(), most, prices, MOSTLY_KEPT, 1);
          case null, default ->
              new DraftLength(full.lastLayer(), most, prices, promise(rule), HALF);
        };
    List<CopiedText> copied = new ArrayList<>(texts);
    if (ngram > 0) {
      copied.add(new SaidText(ngram));
    }
    TextDrafts copies = new TextDrafts(copied, prices, most);
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
      public Copies copies(TokenSequence tokens, int waiting) {
        return copies.copies(tokens, waiting, none ? 0 : length.promise());
      }

      @Override
      public void verified(List<DraftCost> drafts, int kept) {
        List<DraftCost> made =
            drafts.stream().takeWhile(draft -> !draft.equals(DraftCost.COPY)).toList();
        if (!made.isEmpty() || drafts.isEmpty()) {
          length.verified(made, Math.min(kept, made.size()));
        }
        copies.verified(drafts.size() - made.size(), Math.max(0, kept - made.size()));
      }
    };
  }
}
