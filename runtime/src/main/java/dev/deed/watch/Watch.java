package dev.deed.watch;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.Request;
import dev.deed.value.ExitHistory;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Sees whether the answers of early exits are those of full depth, while they are given. A share of
 * the requests is decoded losslessly: the block that fills skipped layers also tells what full
 * depth emits, so that the answer is full depth's, bit for bit, and a draft that it does not emit
 * tells that the exits alone would have answered otherwise. Where such answers are more than the
 * tolerance, it falls back: from then on it asks for full depth.
 *
 * <p>That there are more is told by a test that may be read after each answer, by bets against "at
 * most the tolerance differs": while each answer differs with a probability of at most the
 * tolerance, given those before it, it falls back with a probability of at most {@value #DELTA},
 * however long it goes on. That is so of inputs that come independently of each other. Where inputs
 * are sorted, or one is asked again and again, it may fall back although of all answers no more
 * than the tolerance differs. Answers count in the order in which they were asked for, since those
 * that differ may take longer: the decision waits for the oldest watched answer that is under way.
 *
 * <p>Requests with exit settings other than those that are watched pass as they are. Until it falls
 * back, so do beam searches, which cannot be verified, and requests for several answers, which
 * exits alone may rank otherwise without a wrong draft. Safe for use from many threads.
 */
public final class Watch {
  /** Probability, at most, of falling back although no more than the tolerance differs. */
  public static final double DELTA = 0.05;

  /** As many as may wait: a verification in between would hide what an exit says there. */
  private static final int DRAFTS = 64;

  private final EncoderDecoderModel model;
  private final ExitSettings exits;
  private final ExitSettings verified;
  private final Plan plan;

  /** Guarded by this, as all below. */
  private final CapitalProcess capital;

  /** What became of watched answers that others asked for earlier still keep waiting. */
  private final SortedMap<Long, Outcome> early = new TreeMap<>();

  private long questions;
  private long counted;
  private long watched;
  private long disagreements;
  private boolean fellBack;

  /**
   * What is watched. Immutable.
   *
   * @param share of the requests, 0…1
   * @param tolerance share of the answers that may differ from full depth's, within 0…1, both
   *     excluded
   * @param seed by which requests are chosen, together with their places
   */
  public record Plan(double share, double tolerance, long seed) {
    /**
     * Checks the numbers.
     *
     * @throws InputException when one is out of range
     */
    public Plan {
      InputException.require(
          share >= 0 && share <= 1, "share of watched answers", "is " + share, "give 0..1");
      InputException.require(
          tolerance > 0 && tolerance < 1,
          "tolerance of watched answers",
          "is " + tolerance,
          "give more than 0, less than 1");
    }

    /** Whether the request of a place is watched: a hash of place and seed decides. */
    boolean chooses(long place) {
      return (mixed(mixed(seed) + place) >>> 11) * 0x1p-53 < share;
    }

    /** The finalizer of SplitMix64 (Steele, Lea & Flood 2014). */
    private static long mixed(long value) {
      long z = value + 0x9e3779b97f4a7c15L;
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      return z ^ (z >>> 31);
    }
  }

  /**
   * A request as it is to be decoded. Immutable.
   *
   * @param request with exits that verify, or those of full depth, or as it was
   * @param order of those that are watched, from 1; 0: it is not watched
   */
  public record Question(Request request, long order) {
    /** {@return whether its answer is watched} */
    public boolean watched() {
      return order > 0;
    }
  }

  /**
   * What was seen so far. Immutable.
   *
   * @param watched answers that were verified
   * @param disagreements how many of them the exits alone would have given otherwise
   * @param fellBack whether later answers are of full depth
   * @param tolerance share of the answers that may differ
   */
  public record Tally(long watched, long disagreements, boolean fellBack, double tolerance) {
    /** {@return the tolerance in answers of 100, without the noise of binary fractions} */
    public double points() {
      return rounded().doubleValue();
    }

    private BigDecimal rounded() {
      return BigDecimal.valueOf(tolerance).movePointRight(2).round(new MathContext(10));
    }

    /** {@return how many watched answers differ, in words} */
    public String counts() {
      return disagreements + " of " + watched + " watched answers differ from full depth's";
    }

    /** {@return what was seen, for a line of a log; of full depth once it fell back} */
    public String sentence() {
      return fellBack
          ? counts()
              + ", more than the "
              + rounded().stripTrailingZeros().toPlainString()
              + " % allowed; full depth answers from here on"
          : counts();
    }
  }

  /**
   * What the end of a request made count: its own answer, others that waited for it, or none.
   * Immutable.
   *
   * @param watched verified answers
   * @param disagreements how many of them the exits alone would have given otherwise
   * @param fallsBack whether it falls back by these
   */
  public record Counted(int watched, int disagreements, boolean fallsBack) {
    private static final Counted NOTHING = new Counted(0, 0, false);
  }

  /** Whether a watched answer differs; unknown where there is none. */
  private enum Outcome {
    SAME,
    OTHER,
    NONE
  }

  /**
   * A watch that has seen no answer yet.
   *
   * @param model that answers
   * @param exits settings of the requests that are watched; they may leave all to the model
   * @param plan how many, and what they may lose
   * @throws InputException when these settings have nothing that could be verified: they are those
   *     of full depth or lossless, later tokens see copied states, or an assistant drafts
   */
  public Watch(EncoderDecoderModel model, ExitSettings exits, Plan plan) {
    this.model = Objects.requireNonNull(model, "model");
    this.exits = Objects.requireNonNull(exits, "exits");
    this.plan = Objects.requireNonNull(plan, "plan");
    ExitSettings resolved = model.internals().resolvedExits(exits);
    requireVerifiable(
        !resolved.equals(ExitSettings.full()), "run at full depth, and nothing can differ from it");
    requireVerifiable(!resolved.isLossless(), "are lossless, and nothing can differ");
    requireVerifiable(
        resolved.get(ExitSetting.HISTORY) != ExitHistory.COPY,
        "copy states, and no draft of them can be verified");
    InputException.require(
        !model.internals().isAssisted(),
        "watched answers",
        "tell of exits by their drafts, which an assistant makes in their place",
        "watch none, or leave the assistant out");
    model.internals().exitRule(exits);
    this.verified =
        resolved.with(ExitSetting.LOSSLESS, true).with(ExitSetting.DRAFT_TOKENS, DRAFTS);
    this.capital = new CapitalProcess(plan.tolerance());
  }

  private static void requireVerifiable(boolean holds, String why) {
    InputException.require(
        holds, "watched answers", "their exits " + why, "watch none, or name another policy");
  }

  /**
   * The share of answers that may differ from full depth's by what the model's folder says of its
   * own policy's calibration.
   *
   * @param model that answers
   * @return the tolerance, within 0…1; null where the policy was calibrated for another metric than
   *     exact match, against anything but full depth, for the metric of one corpus (by a bootstrap,
   *     which promises nothing of other inputs), or not at all
   */
  public static @Nullable Double promised(EncoderDecoderModel model) {
    var calibration = model.internals().folder().config().json().path("exits").path("calibration");
    double tolerance = calibration.path("tolerance").asDouble() / 100;
    boolean same =
        calibration.path("metric").asText().equals("exact")
            && calibration.path("against").asText().equals("full")
            && !calibration.path("bound").asText().equals("bootstrap");
    return same && tolerance > 0 && tolerance < 1 ? tolerance : null;
  }

  /**
   * Takes a request. One that is watched must be told of by {@link #answered} or {@link #dropped}.
   *
   * @param request as it was asked
   * @param place of the request among all, which together with the seed decides whether it is
   *     watched
   * @return the request as it is to be decoded
   */
  public Question ask(Request request, long place) {
    Question passing = pass(request);
    if (!passing.request().options().exits().equals(exits)
        || request.options().prediction() != null
        || !plan.chooses(place)
        || model.internals().ranks(request.options())) {
      return passing;
    }
    synchronized (this) {
      return new Question(with(request, verified), ++questions);
    }
  }

  /**
   * Takes a request that is not to be watched, such as one whose tokens are shown as they are
   * emitted: those of a watched one come at verifications alone.
   *
   * @param request as it was asked
   * @return the request as it is to be decoded, at full depth once it fell back
   */
  public Question pass(Request request) {
    boolean deep = request.options().exits().equals(exits) && tally().fellBack();
    return new Question(deep ? with(request, ExitSettings.full()) : request, 0);
  }

  private static Request with(Request request, ExitSettings other) {
    return new Request(request.input(), request.options().withExits(other), request.client());
  }

  /**
   * Takes an answer.
   *
   * @param questions what was decoded
   * @param answer what came of it
   * @return what counts by this answer, and by others that waited for it
   */
  public Counted answered(Question questions, Generation answer) {
    boolean isWhole = answer.finish() != Finish.CANCELLED;
    return take(
        questions, !isWhole ? Outcome.NONE : differs(answer) ? Outcome.OTHER : Outcome.SAME);
  }

  /**
   * A request that was taken has no answer.
   *
   * @param questions what was to be decoded
   * @return what counts of answers that waited for this one
   */
  public Counted dropped(Question questions) {
    return take(questions, Outcome.NONE);
  }

  /**
   * Whether the exits alone would have given another answer. Its own tokens tell, not how many
   * drafts were kept: of those some came behind a stop string.
   *
   * @param verified an answer that was decoded losslessly
   */
  static boolean differs(Generation verified) {
    return verified.dropped().stream().anyMatch(positions -> !positions.isEmpty());
  }

  private synchronized Counted take(Question questions, Outcome outcome) {
    if (!questions.watched() || fellBack) {
      return Counted.NOTHING;
    }
    long before = watched;
    long differing = disagreements;
    early.put(questions.order(), outcome);
    while (!fellBack && !early.isEmpty() && early.firstKey() == counted + 1) {
      counted++;
      count(Objects.requireNonNull(early.remove(counted)));
    }
    return new Counted((int) (watched - before), (int) (disagreements - differing), fellBack);
  }

  private void count(Outcome outcome) {
    if (outcome == Outcome.NONE) {
      return;
    }
    watched++;
    disagreements += outcome == Outcome.OTHER ? 1 : 0;
    capital.add(outcome == Outcome.OTHER ? 1 : 0);
    fellBack = capital.pValue() <= DELTA;
  }

  /** {@return what was seen so far} */
  public synchronized Tally tally() {
    return new Tally(watched, disagreements, fellBack, plan.tolerance());
  }
}
