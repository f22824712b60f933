package dev.deed.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Which examples each batch holds: every epoch all of them in a new order, batches of similar
 * lengths so that little is padding. A pure function of seed and batch number, so that a resumed
 * run goes on with the very batches it would have had. Not thread-safe.
 */
final class BatchPlan {
  /** Batches among whose examples lengths are sorted: enough to fit, few enough to mix. */
  private static final int POOL = 16;

  private final List<EncodedExample> examples;
  private final int size;
  private final long seed;
  private long epoch = -1;
  private List<List<Integer>> batches = List.of();

  /**
   * @param size rows of a batch, at least 1
   */
  BatchPlan(List<EncodedExample> examples, int size, long seed) {
    this.examples = examples;
    this.size = Math.min(size, examples.size());
    this.seed = seed;
  }

  /** Batches of one epoch. */
  long perEpoch() {
    return (examples.size() + size - 1) / size;
  }

  /** The examples of a batch, counted from 0 over all epochs. */
  List<EncodedExample> batch(long number) {
    long wanted = number / perEpoch();
    if (wanted != epoch) {
      batches = order(wanted);
      epoch = wanted;
    }
    return batches.get((int) (number % perEpoch())).stream().map(examples::get).toList();
  }

  private List<List<Integer>> order(long of) {
    Random random = new Random(Initialisation.mix(seed, of));
    List<Integer> shuffled = new ArrayList<>(IntStream.range(0, examples.size()).boxed().toList());
    Collections.shuffle(shuffled, random);
    List<List<Integer>> order = new ArrayList<>();
    for (int start = 0; start < shuffled.size(); start += POOL * size) {
      List<Integer> pool =
          new ArrayList<>(shuffled.subList(start, Math.min(shuffled.size(), start + POOL * size)));
      pool.sort(Comparator.comparingInt(i -> examples.get(i).length()));
      for (int row = 0; row < pool.size(); row += size) {
        order.add(pool.subList(row, Math.min(pool.size(), row + size)));
      }
    }
    Collections.shuffle(order, random);
    return order;
  }
}
