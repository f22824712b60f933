package dev.deed.train;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Gatherers;

/**
 * Which examples each batch holds: every epoch all of them in a new order, batches of one size of
 * pictures and of similar lengths so that little is padding. Neighbours of one source stay
 * together, so that few batches encode it again, in parts of an eighth of a batch: what a step
 * learns must not hang on two or three pictures. Parts are shuffled, and so are the repeats of a
 * folder that is read several times an epoch; that two of one source meet is chance. A pure
 * function of seed and batch number, so that a resumed run goes on with the very batches it would
 * have had. Not thread-safe.
 */
final class BatchPlan {
  /** Batches among whose examples lengths are sorted: enough to fit, few enough to mix. */
  private static final int POOL = 16;

  private static final int PARTS = 8;

  /** Neighbours of one source each, a part of a batch at most. */
  private final List<List<EncodedExample>> neighbours;

  private final Map<EncodedExample.Source, Integer> lengths = new IdentityHashMap<>();

  private final int size;
  private final long seed;
  private final long perEpoch;
  private long epoch = -1;
  private List<List<EncodedExample>> batches = List.of();

  /**
   * @param size rows of a batch, at least 1
   */
  BatchPlan(List<EncodedExample> examples, int size, long seed) {
    for (EncodedExample example : examples) {
      lengths.merge(example.source(), example.length(), Math::max);
    }
    this.size = Math.min(size, examples.size());
    this.neighbours = neighbours(examples, Math.max(1, this.size / PARTS));
    this.seed = seed;
    this.perEpoch =
        EncodedExample.bySides(examples).stream()
            .mapToLong(group -> Math.ceilDiv(group.size(), this.size))
            .sum();
  }

  long perEpoch() {
    return perEpoch;
  }

  /** The examples of a batch, counted from 0 over all epochs. */
  List<EncodedExample> batch(long number) {
    long wanted = number / perEpoch;
    if (wanted != epoch) {
      batches = order(wanted);
      epoch = wanted;
    }
    return batches.get((int) (number % perEpoch));
  }

  private List<List<EncodedExample>> order(long of) {
    Random random = new Random(Initialisation.mix(seed, of));
    List<List<EncodedExample>> shuffled = new ArrayList<>(neighbours);
    Collections.shuffle(shuffled, random);
    List<EncodedExample> examples = shuffled.stream().flatMap(List::stream).toList();
    Comparator<EncodedExample> byLength =
        Comparator.comparing(example -> lengths.get(example.source()));
    List<List<EncodedExample>> order = new ArrayList<>();
    for (List<EncodedExample> group : EncodedExample.bySides(examples)) {
      group.stream()
          .gather(Gatherers.windowFixed(POOL * size))
          .flatMap(pool -> pool.stream().sorted(byLength).gather(Gatherers.windowFixed(size)))
          .forEach(order::add);
    }
    Collections.shuffle(order, random);
    return order;
  }

  /** Neighbours of one source together, in parts of at most {@code most} examples, at least 1. */
  private static List<List<EncodedExample>> neighbours(List<EncodedExample> examples, int most) {
    List<List<EncodedExample>> all = new ArrayList<>();
    EncodedExample before = null;
    for (EncodedExample example : examples) {
      if (before == null || before.source() != example.source() || all.getLast().size() == most) {
        all.add(new ArrayList<>());
      }
      all.getLast().add(example);
      before = example;
    }
    return all;
  }
}
