package dev.deed.engine;

import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.matrix.Panels;
import dev.deed.tensor.matrix.ProductParts;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What pieces of work cost on a machine, in seconds. A product takes the time of reading its
 * weights and that of its arithmetic, one after the other: rows of a batch wait for memory while
 * nothing is multiplied (lab/results/speed.md, "Batches"). It is divided among the threads as the
 * engine divides it ({@link ProductParts#count}); each job of the pool costs a synchronisation.
 * lab/results/serving.md says where the constants come from.
 */
final class ServingCosts {
  /** Outputs of a panel of weights. */
  private static final int PANEL = Panels.WIDTH;

  /** Serial work of a step, a layer: what the table "What a step consists of" calls "all else". */
  private static final double SERIAL_LAYER = 50e-6;

  /** Serial work of a step, a row. */
  private static final double SERIAL_ROW = 30e-6;

  /** Norms and activations of the encoder are part of this share of a square product's rate. */
  private static final double MANY_ROWS = 0.75;

  private static final double FEW_ROWS = 0.5;

  private final Machine machine;
  private final ServingShape shape;

  /** Threads that products make use of, by things, parts and threads. */
  private final Map<List<Integer>, Double> used = new HashMap<>();

  /** Weights of a step, by rows and threads. */
  private final Map<Integer, Cost> weights = new HashMap<>();

  /** Layers of the encoder without attention, by rows and threads. */
  private final Map<Integer, Cost> layers = new HashMap<>();

  /**
   * A machine.
   *
   * @param cores that it has
   * @param coreBytes that a core reads from memory, a second
   * @param socketBytes that all cores together read, a second
   * @param coreRate of a core in a square product, in operations a second
   * @param synchronisation of a job of two threads, in seconds
   * @param eachThread that a further thread adds to it
   */
  record Machine(
      int cores,
      double coreBytes,
      double socketBytes,
      double coreRate,
      double synchronisation,
      double eachThread) {
    /** The Xeon whose two cores were measured, with more of them. */
    static Machine xeon(int cores) {
      return new Machine(cores, 17.5e9, 200e9, 170e9, 10e-6, 0.5e-6);
    }

    Machine withSocketBytes(double other) {
      return new Machine(cores, coreBytes, other, coreRate, synchronisation, eachThread);
    }

    Machine withSynchronisation(double times) {
      return new Machine(
          cores, coreBytes, socketBytes, coreRate, times * synchronisation, times * eachThread);
    }

    double synchronisation(int threads) {
      return threads == 1 ? 0 : synchronisation + eachThread * (threads - 2);
    }
  }

  /**
   * What a piece of work costs.
   *
   * @param memory seconds of reading memory, when no other pool reads
   * @param rest seconds of everything else
   */
  record Cost(double memory, double rest) {
    static final Cost NONE = new Cost(0, 0);

    Cost plus(Cost other) {
      return new Cost(memory + other.memory, rest + other.rest);
    }

    Cost times(int count) {
      return new Cost(count * memory, count * rest);
    }

    double seconds() {
      return memory + rest;
    }
  }

  ServingCosts(Machine machine, ServingShape shape) {
    this.machine = machine;
    this.shape = shape;
  }

  Machine machine() {
    return machine;
  }

  ServingShape shape() {
    return shape;
  }

  /** Bytes a second that some threads read. */
  private double bandwidth(double threads) {
    return Math.min(threads * machine.coreBytes, machine.socketBytes);
  }

  /** Share of the socket's bandwidth that a pool takes when it does nothing but read. */
  double socketShare(int threads) {
    return bandwidth(threads) / machine.socketBytes();
  }

  /** Share of a square product's rate that products of so many rows reach. */
  private static double efficiency(int rows) {
    return Math.clamp(FEW_ROWS * Math.pow(rows / 8.0, 0.3), FEW_ROWS, MANY_ROWS);
  }

  private Cost product(int rows, int inputs, int outputs, int threads) {
    int parts = ProductParts.count(outputs, inputs, PANEL, rows, threads);
    int panels = Math.ceilDiv(outputs, PANEL);
    double sharing = threads(panels >= parts ? panels : rows, parts, threads);
    double memory = 4.0 * inputs * outputs / bandwidth(sharing);
    double arithmetic = 2.0 * rows * inputs * outputs;
    double rate = sharing * machine.coreRate * efficiency(rows);
    return new Cost(memory, arithmetic / rate + machine.synchronisation(Math.min(parts, threads)));
  }

  private double threads(int things, int parts, int threads) {
    return used.computeIfAbsent(
        List.of(things, parts, threads), key -> threadsUsed(things, parts, threads));
  }

  /** So many threads would take as long if they shared the things evenly: parts are not cut. */
  private static double threadsUsed(int things, int parts, int threads) {
    int[] done = new int[Math.min(parts, threads)];
    for (int part = 0; part < parts; part++) {
      int least = 0;
      for (int i = 1; i < done.length; i++) {
        least = done[i] < done[least] ? i : least;
      }
      done[least] +=
          ThreadPool.bound(part + 1, parts, things) - ThreadPool.bound(part, parts, things);
    }
    return (double) things / Arrays.stream(done).max().orElseThrow();
  }

  /**
   * A decoder step at full depth, without the keys and values of those that have just joined.
   *
   * @param positions that all rows together look back at, their sources included
   */
  Cost step(int rows, long positions, int threads) {
    Cost read = weights.computeIfAbsent(key(rows, threads), key -> weights(rows, threads));
    double serial = SERIAL_LAYER * shape.decoderLayers() + SERIAL_ROW * rows;
    return attention(rows, positions, threads)
        .times(shape.decoderLayers())
        .plus(read)
        .plus(new Cost(0, serial));
  }

  private static int key(int rows, int threads) {
    return rows * (ThreadPool.MOST_THREADS + 1) + threads;
  }

  private Cost weights(int rows, int threads) {
    int width = shape.width();
    return product(rows, width, 3 * width, threads)
        .plus(product(rows, width, width, threads).times(3))
        .plus(product(rows, width, shape.forward(), threads))
        .plus(product(rows, shape.forward(), width, threads))
        .times(shape.decoderLayers())
        .plus(product(rows, width, shape.vocabulary(), threads));
  }

  /** Reads the keys and values of a layer. */
  private Cost attention(int rows, long positions, int threads) {
    int used = Math.min(threads, rows * shape.heads());
    double bytes = 2.0 * 4 * positions * shape.width();
    return new Cost(bytes / bandwidth(used), 2 * machine.synchronisation(used));
  }

  /** Keys and values of a source, in all layers: part of the first step of a row. */
  Cost crossMemory(int source, int threads) {
    return product(source, shape.encoderWidth(), 2 * shape.width(), threads)
        .times(shape.decoderLayers());
  }

  /** The front of an input. */
  Cost front(int source, int threads) {
    return shape.frontInputs() == 0
        ? new Cost(0, 10e-6)
        : product(source, shape.frontInputs(), shape.encoderWidth(), threads);
  }

  /**
   * A layer of the encoder.
   *
   * @param rows positions of all inputs
   * @param squares of the positions of each, in all
   */
  Cost encoderLayer(int rows, long squares, int threads) {
    double attention =
        4.0 * squares * shape.encoderWidth() / (threads * machine.coreRate * MANY_ROWS);
    return layers
        .computeIfAbsent(key(rows, threads), key -> layer(rows, threads))
        .plus(new Cost(0, attention + machine.synchronisation(threads)));
  }

  private Cost layer(int rows, int threads) {
    int width = shape.encoderWidth();
    return product(rows, width, 3 * width, threads)
        .plus(product(rows, width, width, threads))
        .plus(product(rows, width, shape.encoderForward(), threads))
        .plus(product(rows, shape.encoderForward(), width, threads));
  }

  /** From how many rows on more hardly raise the rate, as {@link SaturationBatch} finds it. */
  int saturation(int most, int threads) {
    int rows = 1;
    while (2 * rows <= most && rate(2 * rows, threads) >= 1.25 * rate(rows, threads)) {
      rows *= 2;
    }
    return rows;
  }

  private double rate(int rows, int threads) {
    return rows / step(rows, 32L * rows, threads).seconds();
  }
}
