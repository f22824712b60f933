package dev.deed.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

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
}
