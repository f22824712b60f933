package dev.deed.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.processing.picture.Picture;
import dev.deed.train.EncodedExample.Source;
import java.util.Locale;
import java.util.Random;

/**
 * Everything that decides the losses of a run but data and first weights.
 *
 * @param loss what is minimised
 * @param freeze whether only what exits add is learnt (adapters, gate)
 * @param batch rows of a forward pass, at least 1
 * @param accumulate forward passes to one step, at least 1
 * @param dropout share of elements dropped, from 0 to below 1
 * @param holdNorms steps after which batch norms use and keep the statistics that they have, as in
 *     use; {@link Long#MAX_VALUE} for never
 * @param shift moves each picture before it is learnt from
 * @param optimizer AdamW's settings
 * @param schedule of the learning rate
 * @param clip largest gradient norm, positive
 * @param validateEvery steps between two looks at the validation examples, at least 1
 * @param patience looks without a better loss after which to stop; 0 for never
 * @param seed of everything that is random
 */
public record TrainingRecipe(
    DeepSupervisionLoss loss,
    boolean freeze,
    int batch,
    int accumulate,
    double dropout,
    long holdNorms,
    PictureShift shift,
    AdamWOptimizer.Settings optimizer,
    LearningRateSchedule schedule,
    double clip,
    long validateEvery,
    int patience,
    long seed) {
  /**
   * @throws IllegalArgumentException when a value is out of range, or nothing would be learnt
   */
  public TrainingRecipe {
    if (batch < 1
        || accumulate < 1
        || !(dropout >= 0 && dropout < 1)
        || holdNorms < 0
        || !(clip > 0)
        || validateEvery < 1
        || patience < 0) {
      throw new IllegalArgumentException("a value of the recipe is out of range");
    }
    if (freeze && loss.kind() == DeepSupervisionLoss.Kind.LAST) {
      throw new IllegalArgumentException("the last exit's loss teaches nothing that exits add");
    }
  }

  /** As JSON, for the record and to compare with that of a run to resume. */
  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("loss", loss.kind().name().toLowerCase(Locale.ROOT));
    json.put("label_smoothing", loss.labelSmoothing()).put("freeze", freeze).put("batch", batch);
    json.put("accumulate", accumulate).put("dropout", dropout);
    if (holdNorms != Long.MAX_VALUE) {
      json.put("hold_norms", holdNorms);
    }
    if (shift.most() > 0) {
      json.putArray("augmentations").add("shift:" + shift.most());
    }
    json.put("beta1", optimizer.beta1()).put("beta2", optimizer.beta2());
    json.put("epsilon", optimizer.epsilon()).put("weight_decay", optimizer.weightDecay());
    json.put("learning_rate", schedule.peak()).put("warm_up_steps", schedule.warmUpSteps());
    json.put("max_steps", schedule.totalSteps()).put("final_share", schedule.finalShare());
    json.put("clip", clip).put("validate_every", validateEvery).put("patience", patience);
    json.put("seed", seed);
    return json;
  }

  /**
   * Linear warm-up, then half a cosine down to a share of the peak.
   *
   * @param peak largest learning rate, positive
   * @param warmUpSteps steps until it is reached, at least 0
   * @param totalSteps steps until the end, more than the warm-up
   * @param finalShare what is left of the peak at the end, 0…1
   */
  public record LearningRateSchedule(
      double peak, long warmUpSteps, long totalSteps, double finalShare) {
    /**
     * @throws IllegalArgumentException when a value is out of range
     */
    public LearningRateSchedule {
      if (!(peak > 0 && Double.isFinite(peak))
          || warmUpSteps < 0
          || totalSteps <= warmUpSteps
          || !(finalShare >= 0 && finalShare <= 1)) {
        throw new IllegalArgumentException(
            "a learning rate of %s, %d of %d steps of warm-up, a final share of %s"
                .formatted(peak, warmUpSteps, totalSteps, finalShare));
      }
    }

    /** The learning rate of a step, counted from 0. */
    public double at(long step) {
      if (step < warmUpSteps) {
        return peak * (step + 1) / warmUpSteps;
      }
      double done =
          Math.min(1, (double) (step - warmUpSteps) / Math.max(1, totalSteps - warmUpSteps));
      double cosine = 0.5 * (1 + Math.cos(Math.PI * done));
      return peak * (finalShare + (1 - finalShare) * cosine);
    }
  }

  /**
   * Moves a picture by up to {@code most} pixels in each direction; what enters at the edges
   * repeats the outermost pixels. A page's picture stays where it is: its words' boxes would not
   * move along. So does one whose rows are made once, before the training.
   *
   * @param most pixels, 0..{@value #MOST}
   */
  public record PictureShift(int most) {
    /** Far above what leaves anything of a picture. */
    public static final int MOST = 1 << 12;

    /**
     * @throws IllegalArgumentException when it is out of 0..{@value #MOST}
     */
    public PictureShift {
      if (most < 0 || most > MOST) {
        throw new IllegalArgumentException("a shift by " + most + " pixels");
      }
    }

    /**
     * What the encoder is to read instead. The sequence is this batch's alone, and its inputs share
     * it in order: so a resumed run repeats it.
     */
    Source apply(Source source, Random random) {
      if (most == 0) {
        return source;
      }
      return switch (source) {
        case Source.Image(StoredPicture picture) -> new Source.Image(shift(picture, random));
        case Source.Page page when page.picture() != null && !page.placed() ->
            new Source.Page(page.ids(), page.coordinates(), shift(page.picture(), random));
        default -> source;
      };
    }

    private StoredPicture shift(StoredPicture picture, Random random) {
      int right = random.nextInt(2 * most + 1) - most;
      int down = random.nextInt(2 * most + 1) - most;
      return StoredPicture.plain(shift(picture.picture(), right, down));
    }

    static Picture shift(Picture picture, int right, int down) {
      int width = picture.width();
      int height = picture.height();
      byte[] from = picture.rgb();
      byte[] to = new byte[from.length];
      for (int y = 0; y < height; y++) {
        int sourceRow = Math.clamp(y - down, 0, height - 1) * width;
        for (int x = 0; x < width; x++) {
          int source = 3 * (sourceRow + Math.clamp(x - right, 0, width - 1));
          int target = 3 * (y * width + x);
          to[target] = from[source];
          to[target + 1] = from[source + 1];
          to[target + 2] = from[source + 2];
        }
      }
      return new Picture(width, height, to);
    }
  }
}
