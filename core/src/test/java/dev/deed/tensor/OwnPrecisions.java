package dev.deed.tensor;

import dev.deed.value.WeightPrecision;
import java.util.List;

/** What this module multiplies by itself: all but what takes an engine. */
public final class OwnPrecisions {
  public static final List<WeightPrecision> ALL =
      List.of(
          WeightPrecision.FP32, WeightPrecision.BF16, WeightPrecision.INT8, WeightPrecision.W8A8);

  private OwnPrecisions() {}
}
