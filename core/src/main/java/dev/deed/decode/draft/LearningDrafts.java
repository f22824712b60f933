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
    int most,
    int ngram,
    List<PromptLookup> texts,
    DraftPrices prices,
    @Nullable DraftDecoder decoder)
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
  public LearningDrafts withText(PromptLookup text) {
    List<PromptLookup> more = new ArrayList<>(texts);
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
    List<TextLookup> copied = new ArrayList<>(texts);
    if (ngram > 0) {
      copied.add(new AnswerLookup(ngram));
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

  /**
   * Drafts that are copied from texts (prompt look-up decoding, Saxena 2023, in which the text may
   * be any): what follows in a text the place where the answer is. No layer runs for them.
   *
   * <p>Each token of the answer tells whether the text would have been right there, also where
   * nothing was drafted. So it is known how often each kind of place is, without a row in vain, and
   * as many tokens are drafted as promise the most for their rows. Belongs to one sequence.
   */
  static final class TextDrafts {
    private static final int MOST_COPIED = 24;

    /** What drafts must promise, of the tokens that full depth gives for the same work. */
    private static final double WORTH = 1.1;

    /** How often each kind of place is right while nothing is known; see {@link Place#kind}. */
    private static final double[] USUAL = {0.7, 0.4, 0.4, 0.65, 0.8, 0.9, 0.95};

    /** How many tokens what is usual counts for. */
    private static final double USUAL_WEIGHT = 3;

    /** Least weight of what was seen last. */
    private static final double NEW = 0.08;

    /** What wrong drafts may cost, of the steps of full depth. */
    private static final double LOSS = 0.01;

    /** Steps that may be lost before anything is known. */
    private static final double LOAN = 0.3;

    /** Steps that are kept of what was saved, to be lost again. */
    private static final double MOST_CREDIT = 3;

    private final List<Reader> readers;
    private final double row;
    private final int most;
    private double credit;

    /** Tokens of the answer, prefix included, that the readers have seen. */
    private int seen = -1;

    /**
     * @param most drafts that wait for a verification; 0: as many as pay
     */
    TextDrafts(List<TextLookup> texts, DraftPrices prices, int most) {
      this.readers = texts.stream().map(Reader::new).toList();
      this.row = prices.row();
      this.most = most == 0 ? MOST_COPIED : most;
      this.credit =
          texts.stream()
              .mapToDouble(
                  text ->
                      text instanceof PromptLookup known && known.isPrediction()
                          ? Math.min(LOAN, LOSS * known.length())
                          : LOAN)
              .min()
              .orElse(0);
    }

    /** One text, and where the answer is in it. */
    private static final class Reader {
      private final TextLookup text;
      private final double[] keeps = USUAL.clone();
      private final int[] count = new int[Place.KINDS];
      private Place place;

      Reader(TextLookup text) {
        this.text = text;
        this.place = text.start();
      }

      /** Takes the newest token, which stays. */
      void read(TokenSequence answer) {
        int expected = place.token(text, answer);
        int kind = place.kind();
        if (expected >= 0 && kind >= 0) {
          boolean right = expected == answer.get(answer.length() - 1);
          count[kind]++;
          double weight = Math.max(NEW, 1 / (USUAL_WEIGHT + count[kind]));
          keeps[kind] += weight * ((right ? 1 : 0) - keeps[kind]);
        }
        place = place.next(text, answer);
        text.answered(answer);
      }

      /** The place behind tokens that may be dropped, {@code waiting} of them. */
      Place behind(TokenSequence answer, int waiting) {
        Place behind = place;
        for (int later = waiting - 1; later >= 0; later--) {
          behind = behind.next(text, answer.first(answer.length() - later));
        }
        return behind;
      }

      /** What follows a place, {@code count} tokens at most. */
      List<Integer> copy(Place from, TokenSequence answer, int count) {
        List<Integer> copy = new ArrayList<>();
        int known = text.length(answer) - from.at();
        int tokens = text.repeats() ? count : Math.min(count, known);
        for (int i = 0; i < tokens; i++) {
          copy.add(i < known ? text.token(from.at() + i, answer) : copy.get(i - known));
        }
        return copy;
      }
    }

    /**
     * What promises more than a rate; none where nothing does.
     *
     * @param answer tokens so far, drafts that wait included
     * @param waiting how many wait
     * @param rate tokens for the work of a step at full depth that other drafts promise
     */
    Copies copies(TokenSequence answer, int waiting, double rate) {
      read(answer, answer.length() - waiting);
      Copies best = Copies.NONE;
      double highest = Math.max(WORTH, rate);
      for (Reader reader : readers) {
        Place place = reader.behind(answer, waiting);
        if (place.at() < 0 || place.kind() < 0) {
          continue;
        }
        boolean isCertain = place.agreement() >= Place.CERTAIN;
        int affordable = isCertain ? MOST_COPIED : (int) (credit / row);
        List<Integer> tokens =
            reader.copy(place, answer, Math.min(affordable, Math.min(MOST_COPIED, most - waiting)));
        double all = 1;
        double given = 1;
        for (int i = 1; i <= tokens.size(); i++) {
          all *= reader.keeps[place.kind()];
          given += all;
          if (given / (1 + i * row) > highest) {
            highest = given / (1 + i * row);
            boolean predicted = reader.text instanceof PromptLookup known && known.isPrediction();
            best = new Copies(tokens.subList(0, i), predicted);
          }
          place = place.behind();
        }
      }
      return best;
    }

    private void read(TokenSequence answer, int stays) {
      if (seen < 0) {
        seen = stays;
      }
      while (seen < stays) {
        seen++;
        TokenSequence start = answer.first(seen);
        readers.forEach(reader -> reader.read(start));
        credit = Math.min(MOST_CREDIT, credit + LOSS);
      }
    }

    /**
     * Learns what became of copies.
     *
     * @param copied how many were verified
     * @param kept how many of them full depth emits too
     */
    void verified(int copied, int kept) {
      credit = Math.min(MOST_CREDIT, credit + kept - copied * row);
    }
  }
}
