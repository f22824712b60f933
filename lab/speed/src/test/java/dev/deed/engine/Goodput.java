package dev.deed.engine;

import dev.deed.engine.LayoutSimulation.Outcome;

/**
 * The most that a layout answers well: the largest load of whose answers nine in ten are in time,
 * and how many of them those are.
 *
 * @param answers in time, a second
 * @param seconds from arrival to the last token at that load, the median
 */
record Goodput(double answers, double seconds) {
  private static final double ENOUGH = 0.9;

  /** Rows of a batch that makes good use of a core. */
  private static final int ROWS = 32;

  /**
   * Finds it by halving.
   *
   * @param requests of each load
   * @param halvings of the range in which it is sought
   */
  static Goodput of(ServingCosts costs, Layout layout, int requests, int halvings) {
    double low = 0;
    double high = 1.5 * bound(costs);
    Goodput best = new Goodput(0, 0);
    for (int i = 0; i < halvings; i++) {
      double load = (low + high) / 2;
      Outcome outcome = new LayoutSimulation(costs, layout, load, requests).run();
      if (outcome.good() >= ENOUGH) {
        low = load;
        best = new Goodput(load * outcome.good(), outcome.seconds());
      } else {
        high = load;
      }
    }
    return best;
  }

  /** What cores could do that each worked alone, and read memory as if nobody else did. */
  private static double bound(ServingCosts costs) {
    ServingShape shape = costs.shape();
    int source = shape.source();
    double encoder =
        shape.encoderLayers() * costs.encoderLayer(source, (long) source * source, 1).seconds();
    double step = costs.step(ROWS, (long) ROWS * source, 1).seconds() / ROWS;
    double answer = encoder + costs.crossMemory(source, 1).seconds() + shape.answer() * step;
    return costs.machine().cores() / answer;
  }
}
