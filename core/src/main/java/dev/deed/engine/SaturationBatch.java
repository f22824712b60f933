package dev.deed.engine;

import dev.deed.decode.ContinuousBatch;
import dev.deed.decode.SearchRequest;
import dev.deed.decode.SearchStrategy;
import dev.deed.decode.StepListener;
import dev.deed.decode.StoppingCriteria;
import dev.deed.decode.exit.ExitRule;
import dev.deed.model.Decoder;
import dev.deed.model.EncoderOutput;
import dev.deed.tensor.ArrayPool;
import dev.deed.tensor.ThreadPool;
import java.util.List;
import java.util.Set;

/**
 * The number of rows from which on more rows hardly raise the rate of tokens. Below it the weights'
 * way from memory takes the time of a step, so rows are nearly free; beyond it arithmetic does.
 */
public final class SaturationBatch {
  /** Twice the rows raise the rate by less than this: it is not worth anyone's waiting. */
  private static final double WORTH = 1.25;

  private static final int SOURCE = 32;
  private static final int WARM_UP = 4;
  private static final int STEPS = 8;

  private SaturationBatch() {}

  /**
   * Measures it: a few full-depth steps of 1, 2, 4, … rows, which also warms the decoder up.
   *
   * @param most rows of a step
   * @return 1…most
   */
  public static int measure(Decoder decoder, ThreadPool pool, int most) {
    double rate = 1 / stepNanos(decoder, pool, 1);
    int rows = 1;
    while (2 * rows <= most) {
      double next = 2 * rows / stepNanos(decoder, pool, 2 * rows);
      if (next < WORTH * rate) {
        break;
      }
      rows *= 2;
      rate = next;
    }
    return rows;
  }

  /** Time of a step, the shortest of several. */
  private static double stepNanos(Decoder decoder, ThreadPool pool, int rows) {
    try (ArrayPool.Lease arrays = decoder.arrays().lease()) {
      ContinuousBatch batch = new ContinuousBatch(decoder, arrays, pool);
      for (int row = 0; row < rows; row++) {
        batch.join(request(decoder), arrays);
      }
      long shortest = Long.MAX_VALUE;
      for (int step = 0; step < WARM_UP + STEPS; step++) {
        long begin = System.nanoTime();
        batch.step();
        if (step >= WARM_UP) {
          shortest = Math.min(shortest, System.nanoTime() - begin);
        }
      }
      return shortest;
    }
  }

  private static SearchRequest request(Decoder decoder) {
    float[] nothing = new float[SOURCE * decoder.width()];
    return new SearchRequest(
        new EncoderOutput(nothing, SOURCE, SOURCE, nothing, null),
        List.of(0),
        new StoppingCriteria(Set.of(), WARM_UP + STEPS + 1),
        ExitRule.full(decoder.layerCount()),
        List.of(),
        new SearchStrategy.Greedy(),
        StepListener.none());
  }
}
