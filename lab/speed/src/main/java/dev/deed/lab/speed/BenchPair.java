package dev.deed.lab.speed;

import dev.deed.evaluation.Reduction;
import dev.deed.lab.speed.Measurement.Run;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * A row that took turns with another: with the first of its group repeat by repeat, a peer's round
 * by round with ours.
 *
 * @param first to which times are compared
 */
public record BenchPair(BenchRow row, BenchRow first) {
  static final String FIRST_TOKEN = "first_token_ms";
  static final String TOKEN = "decode_ms_per_token";

  private static final Map<String, ToDoubleFunction<Run>> FIGURES = new LinkedHashMap<>();

  static {
    FIGURES.put(FIRST_TOKEN, Run::firstTokenMillis);
    FIGURES.put("first_token_processor_ms", Run::firstTokenProcessorMillis);
    FIGURES.put(TOKEN, Run::tokenMillis);
    FIGURES.put("decode_processor_ms_per_token", Run::tokenProcessorMillis);
  }

  /** How much less of each figure it took, by the figure's name in JSON. */
  Map<String, Reduction> less() {
    Map<String, Reduction> less = new LinkedHashMap<>();
    FIGURES.forEach((name, figure) -> less.put(name, row.less(first, figure)));
    return less;
  }
}
