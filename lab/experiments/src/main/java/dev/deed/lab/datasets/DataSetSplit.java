package dev.deed.lab.datasets;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Divides examples into train, val and test, the same way for the same seed. Examples with the same
 * key go to the same part, so that nothing to be predicted was learnt by heart.
 *
 * @param <T> kind of example
 * @param train what is left after the others
 * @param val the share asked for, or little more when the last key has many examples
 * @param test the share asked for, or little more when the last key has many examples
 */
public record DataSetSplit<T>(List<T> train, List<T> val, List<T> test) {
  /**
   * Splits.
   *
   * @param examples in an order that does not depend on the machine
   * @param key what must not occur in two parts
   * @param valShare share of the examples, 0…1
   * @param testShare share of the examples, 0…1; both together below 1
   * @throws IllegalArgumentException when the shares are out of range
   */
  public static <T> DataSetSplit<T> of(
      List<T> examples, Function<T, String> key, double valShare, double testShare, long seed) {
    if (!(valShare >= 0 && testShare >= 0 && valShare + testShare < 1)) {
      throw new IllegalArgumentException(
          "shares %s and %s: neither below 0, together below 1".formatted(valShare, testShare));
    }
    Map<String, List<T>> byKey = new TreeMap<>();
    for (T example : examples) {
      byKey.computeIfAbsent(key.apply(example), k -> new ArrayList<>()).add(example);
    }
    List<List<T>> groups = new ArrayList<>(byKey.values());
    Collections.shuffle(groups, new Random(seed));
    long testSize = Math.round(testShare * examples.size());
    long valSize = Math.round(valShare * examples.size());
    DataSetSplit<T> split =
        new DataSetSplit<>(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (List<T> group : groups) {
      if (split.test.size() < testSize) {
        split.test.addAll(group);
      } else if (split.val.size() < valSize) {
        split.val.addAll(group);
      } else {
        split.train.addAll(group);
      }
    }
    return split;
  }
}
