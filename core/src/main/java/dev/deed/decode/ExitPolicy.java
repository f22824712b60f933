package dev.deed.decode;

import dev.deed.model.spec.ExitSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** At which layer a step stops. Immutable. */
public sealed interface ExitPolicy {
  /** What is asked at exits on the way; null when nothing is. */
  default @Nullable Confidence confidence() {
    return null;
  }

  /** Every step runs all layers. */
  record Full() implements ExitPolicy {}

  /**
   * Every step stops at one layer.
   *
   * @param layer from 1, among the model's exits
   */
  record Static(int layer) implements ExitPolicy {}

  /**
   * A step stops at the first exit whose confidence reaches the threshold, else at the last layer,
   * where nothing is asked.
   *
   * @param threshold any real number: above 1 never exits, below −1 always, where it is asked
   * @param decay 0 for one threshold everywhere; else it falls along the answer, see {@link #at}
   * @param asking where the head is asked at all, as far as the measure needs it
   * @param layers 1-based exits that are asked; null: all of the model
   */
  record Threshold(
      Confidence confidence,
      double threshold,
      double decay,
      Asking asking,
      @Nullable List<Integer> layers)
      implements ExitPolicy {
    /** Share of a decaying threshold that stays (CALM, equation 5). */
    private static final double STAYS = 0.9;

    /** Written out: of a compact constructor, class files do not tell what may be null. */
    public Threshold(
        Confidence confidence,
        double threshold,
        double decay,
        Asking asking,
        @Nullable List<Integer> layers) {
      if (!(decay >= 0) || Double.isInfinite(decay)) {
        throw new IllegalArgumentException("decay " + decay);
      }
      if (!asking.suits(confidence)) {
        throw new IllegalArgumentException(asking + " before " + confidence);
      }
      this.confidence = confidence;
      this.threshold = threshold;
      this.decay = decay;
      this.asking = asking;
      this.layers = layers == null ? null : List.copyOf(layers);
    }

    /** The same threshold at every exit and every token. */
    public Threshold(Confidence confidence, double threshold) {
      this(confidence, threshold, 0, Asking.EVERYWHERE, null);
    }

    /** This with another threshold. */
    public Threshold withThreshold(double other) {
      return new Threshold(confidence, other, decay, asking, layers);
    }

    /**
     * The threshold of a token. With decay, {@code 0.9 λ + 0.1 exp(−decay · position)}: an early
     * slip is seen by all that follows, so the first tokens are asked for more (CALM, Schuster et
     * al. 2022, arXiv 2207.07061, equation 5, whose decay is its temperature by the longest answer;
     * not clipped, so that thresholds outside 0…1 keep their meaning).
     *
     * @param position of the token in the answer, from 0
     */
    public double at(int position) {
      return decay == 0 ? threshold : STAYS * threshold + (1 - STAYS) * Math.exp(-decay * position);
    }
  }

  /**
   * At which exits on the way the head is asked; it always is at the last layer. An exit that is
   * passed by does not emit, and what an exit emits is always what the whole head says there.
   *
   * @param gate only where the model's gate says at least this much, 0…1; 0: everywhere
   * @param shortlist after a look-up in vain, only where its so many likeliest tokens would make
   *     the exit sure enough, if all other tokens together weighed as much as they did then; 0:
   *     everywhere, as where settings change scores otherwise than by bans. At most {@value
   *     ExitSpec#MOST_SHORTLIST}
   */
  record Asking(double gate, int shortlist) {
    public static final Asking EVERYWHERE = new Asking(0, 0);

    public Asking {
      if (!(gate >= 0 && gate <= 1) || shortlist < 0 || shortlist > ExitSpec.MOST_SHORTLIST) {
        throw new IllegalArgumentException("gate " + gate + ", shortlist " + shortlist);
      }
    }

    /** Whether a measure has a use for all of it. */
    public boolean suits(Confidence confidence) {
      return equals(suiting(confidence));
    }

    /** As much of it as a measure has a use for. */
    public Asking suiting(Confidence confidence) {
      return new Asking(
          confidence.needsLogits() ? gate : 0, confidence.suitsShortlist() ? shortlist : 0);
    }
  }

  /**
   * Steps stop at given layers, whatever their confidence, which is asked all the same: so a model
   * whose weights mean nothing is timed with the exits of one that has learnt something.
   *
   * @param confidence what is asked at exits on the way
   * @param stops of the first token, the second and so on; when they are used up, they begin again
   */
  record Schedule(Confidence confidence, List<Stop> stops) implements ExitPolicy {
    public Schedule {
      stops = List.copyOf(stops);
      if (stops.isEmpty()) {
        throw new IllegalArgumentException("a schedule needs a stop");
      }
    }

    /**
     * Where a token stops.
     *
     * @param position of the token in the answer, from 0
     */
    public Stop at(int position) {
      return stops.get(position % stops.size());
    }
  }

  /**
   * Where a step of a schedule stops.
   *
   * @param layer from 1; the step stops at the first exit from it on
   * @param asked how many exits are asked, the one that emits included: the last ones on the way.
   *     Those before are passed by, as a gate before the head does; a look-up costs the same at all
   */
  record Stop(int layer, int asked) {
    public Stop {
      if (layer < 1 || asked < 1) {
        throw new IllegalArgumentException("a stop at layer " + layer + " asks " + asked);
      }
    }

    /** All exits on the way are asked. */
    public static Stop at(int layer) {
      return new Stop(layer, Integer.MAX_VALUE);
    }
  }

  static ExitPolicy full() {
    return new Full();
  }

  static ExitPolicy atLayer(int layer) {
    return new Static(layer);
  }

  static ExitPolicy maxProbability(double threshold) {
    return new Threshold(Confidence.MAX_PROB, threshold);
  }

  static ExitPolicy margin(double threshold) {
    return new Threshold(Confidence.MARGIN, threshold);
  }

  static ExitPolicy entropy(double threshold) {
    return new Threshold(Confidence.ENTROPY, threshold);
  }

  static ExitPolicy similarity(double threshold) {
    return new Threshold(Confidence.SIMILARITY, threshold);
  }

  static ExitPolicy gate(double threshold) {
    return new Threshold(Confidence.GATE, threshold);
  }
}
