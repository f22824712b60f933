package dev.deed.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.deed.engine.ServingCosts.Machine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cost model gives the times that were measured on two cores of a Xeon. */
final class ServingCostsTest {
  /** Milliseconds a token from lab/results/speed.md: sources of 128, 64 tokens. */
  @ParameterizedTest
  @CsvSource({
    "T5_BASE, 1, 1, 31.0",
    "T5_BASE, 2, 1, 18.6",
    "T5_BASE, 2, 8, 32.2",
    "T5_SMALL, 1, 1, 9.79",
    "T5_SMALL, 2, 8, 9.47",
    "T5_SMALL, 2, 32, 21.7",
    "BART_BASE, 1, 1, 22.4",
    "BART_BASE, 2, 8, 22.7",
    "BART_BASE, 2, 32, 46.3",
  })
  void stepsTakeWhatWasMeasured(String name, int threads, int rows, double millis) {
    ServingShape shape = shape(name);
    long positions = (long) rows * (shape.source() + 32);
    double modelled = costs(shape).step(rows, positions, threads).seconds();
    assertThat(1e3 * modelled).isCloseTo(millis, withinPercentage(20));
  }

  /** Time to the first token of one answer, milliseconds. */
  @ParameterizedTest
  @CsvSource({
    "T5_BASE, 1, 235",
    "T5_BASE, 2, 141",
    "T5_SMALL, 1, 58.3",
    "BART_BASE, 1, 129",
    "TROCR_SMALL, 1, 261",
  })
  void firstTokensTakeWhatWasMeasured(String name, int threads, double millis) {
    ServingShape shape = shape(name);
    int source = shape.source();
    ServingCosts costs = costs(shape);
    double modelled =
        costs.front(source, threads).seconds()
            + shape.encoderLayers()
                * costs.encoderLayer(source, (long) source * source, threads).seconds()
            + costs.crossMemory(source, threads).seconds()
            + costs.step(1, source, threads).seconds();
    assertThat(1e3 * modelled).isCloseTo(millis, withinPercentage(20));
  }

  private static ServingCosts costs(ServingShape shape) {
    return new ServingCosts(Machine.xeon(2), shape);
  }

  private static ServingShape shape(String name) {
    return switch (name) {
      case "T5_BASE" -> ServingShape.T5_BASE;
      case "T5_SMALL" -> ServingShape.T5_SMALL;
      case "BART_BASE" -> ServingShape.BART_BASE;
      case "TROCR_SMALL" -> ServingShape.TROCR_SMALL;
      default -> throw new IllegalArgumentException(name);
    };
  }
}
