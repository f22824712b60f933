package dev.deed.lab.speed;

import dev.deed.evaluation.Reduction;
import dev.deed.lab.speed.Measurement.Run;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * A row whose repeats took turns with those of the first row of its group.
 *
 * @param first to which times are compared
 */
public record BenchPair(BenchRow row, BenchRow first) {
  private static final Map<String, ToDoubleFunction<Run>> FIGURES = new LinkedHashMap<>();

  static {
    FIGURES.put("first_token_ms", Run::firstTokenMillis);
    FIGURES.put("first_token_processor_ms", Run::firstTokenProcessorMillis);
    FIGURES.put("decode_ms_per_token", Run::tokenMillis);
    FIGURES.put("decode_processor_ms_per_token", Run::tokenProcessorMillis);
  }

  /** How much less of each figure it took, by the figure's name in JSON. */
  Map<String, Reduction> less() {
    Map<String, Reduction> less = new LinkedHashMap<>();
    FIGURES.forEach((name, figure) -> less.put(name, row.less(first, figure)));
    return less;
  }
}
