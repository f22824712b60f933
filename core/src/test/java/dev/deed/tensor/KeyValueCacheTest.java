package dev.deed.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.RandomCases;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyValueCacheTest {
  /** Appends (positive) and cuts (negative) against a plain list. */
  @Test
  void holdsWhatAListWouldHold() {
    RandomCases.run(100, KeyValueCacheTest::assertHoldsWhatAListWouldHold);
  }

  private static void assertHoldsWhatAListWouldHold(Random random) {
    int heads = random.nextInt(1, 5);
    int headWidth = random.nextInt(1, 7);
    int width = heads * headWidth;
    KeyValueCache cache = new KeyValueCache(heads, headWidth, random.nextInt(41));
    int[] steps = random.ints(random.nextInt(13), -20, 41).toArray();
    List<float[]> expected = new ArrayList<>();
    int seed = 0;
    for (int step : steps) {
      if (step < 0) {
        int length = Math.max(0, expected.size() + step);
        cache.truncate(length);
        expected.subList(length, expected.size()).clear();
      } else {
        float[] keys = Samples.normal(step * (width + 1) + 2, ++seed);
        cache.write(
            cache.extend(step),
            new FloatRows(keys, 1, width + 1, step),
            new FloatRows(keys, 2, width, step));
        for (int r = 0; r < step; r++) {
          float[] both = new float[2 * width];
          System.arraycopy(keys, 1 + r * (width + 1), both, 0, width);
          System.arraycopy(keys, 2 + r * width, both, width, width);
          expected.add(both);
        }
      }
      assertHolds(cache, expected);
    }
    KeyValueCache fork = cache.fork();
    cache.truncate(0);
    cache.write(
        cache.extend(1),
        FloatRows.of(new float[width], width, 1),
        FloatRows.of(new float[width], width, 1));
    assertHolds(fork, expected);
  }

  /** Forks of forks that append in any order, each against its own list. */
  @Test
  void forksDoNotSeeOneAnother() {
    RandomCases.run(100, KeyValueCacheTest::assertForksDoNotSeeOneAnother);
  }

  private static void assertForksDoNotSeeOneAnother(Random random) {
    int heads = random.nextInt(1, 4);
    int width = 2 * heads;
    int[] steps = random.ints(random.nextInt(41), 0, 100).toArray();
    List<KeyValueCache> caches = new ArrayList<>(List.of(new KeyValueCache(heads, 2, 0)));
    List<List<float[]>> expected = new ArrayList<>(List.of(new ArrayList<>()));
    int seed = 0;
    for (int step : steps) {
      int which = step % caches.size();
      if (step % 3 == 0) {
        caches.add(caches.get(which).fork());
        expected.add(new ArrayList<>(expected.get(which)));
      } else {
        int rows = 1 + step % 7;
        float[] both = Samples.normal(2 * width * rows, ++seed);
        KeyValueCache cache = caches.get(which);
        cache.write(
            cache.extend(rows),
            FloatRows.of(both, 2 * width, rows),
            new FloatRows(both, width, 2 * width, rows));
        for (int r = 0; r < rows; r++) {
          expected.get(which).add(Arrays.copyOfRange(both, 2 * width * r, 2 * width * (r + 1)));
        }
      }
      for (int i = 0; i < caches.size(); i++) {
        assertHolds(caches.get(i), expected.get(i));
      }
    }
  }

  @Test
  void theFirstForkToAppendGoesOnInTheSameMemory() {
    KeyValueCache first = new KeyValueCache(2, 2, 32);
    float[] row = {1, 2, 3, 4};
    first.write(first.extend(1), FloatRows.of(row, 4, 1), FloatRows.of(row, 4, 1));
    KeyValueCache second = first.fork();
    float[] memory = first.keys();
    second.write(second.extend(1), FloatRows.of(row, 4, 1), FloatRows.of(row, 4, 1));
    assertThat(second.keys()).isSameAs(memory);
    first.write(first.extend(1), FloatRows.of(row, 4, 1), FloatRows.of(row, 4, 1));
    assertThat(first.keys()).isNotSameAs(memory);
  }

  @Test
  void positionsMayBeWrittenInPieces() {
    float[] rows = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    KeyValueCache whole = new KeyValueCache(2, 2, 0);
    whole.write(whole.extend(3), FloatRows.of(rows, 4, 3), FloatRows.of(rows, 4, 3));
    KeyValueCache pieces = new KeyValueCache(2, 2, 0);
    int first = pieces.extend(3);
    pieces.write(first + 1, new FloatRows(rows, 4, 4, 2), new FloatRows(rows, 4, 4, 2));
    pieces.write(first, FloatRows.of(rows, 4, 1), FloatRows.of(rows, 4, 1));
    assertThat(pieces.keys()).isEqualTo(whole.keys());
    assertThat(pieces.values()).isEqualTo(whole.values());
  }

  @Test
  void forksMayBeWrittenAfterAllOfThemWereExtended() {
    float[] old = {1, 2, 3, 4};
    KeyValueCache first = new KeyValueCache(2, 2, 32);
    first.write(first.extend(1), FloatRows.of(old, 4, 1), FloatRows.of(old, 4, 1));
    KeyValueCache second = first.fork();
    int there = first.extend(1);
    int here = second.extend(1);
    float[] mine = {5, 6, 7, 8};
    float[] other = {9, 10, 11, 12};
    second.write(here, FloatRows.of(other, 4, 1), FloatRows.of(other, 4, 1));
    first.write(there, FloatRows.of(mine, 4, 1), FloatRows.of(mine, 4, 1));
    assertHolds(first, List.of(twice(old), twice(mine)));
    assertHolds(second, List.of(twice(old), twice(other)));
    assertThatThrownBy(() -> first.write(2, FloatRows.of(mine, 4, 1), FloatRows.of(mine, 4, 1)))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static float[] twice(float[] vector) {
    float[] both = Arrays.copyOf(vector, 2 * vector.length);
    System.arraycopy(vector, 0, both, vector.length, vector.length);
    return both;
  }

  private static void assertHolds(KeyValueCache cache, List<float[]> expected) {
    assertThat(cache.length()).isEqualTo(expected.size());
    int width = cache.width();
    float[] both = new float[2 * width];
    for (int p = 0; p < expected.size(); p++) {
      CacheContents.copyKey(cache, p, both, 0);
      CacheContents.copyValue(cache, p, both, width);
      assertThat(both).isEqualTo(expected.get(p));
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    KeyValueCache cache = new KeyValueCache(2, 2, 1);
    assertThat(cache.extend(2)).isZero();
    FloatRows two = FloatRows.of(new float[8], 4, 2);
    assertThatThrownBy(() -> cache.write(0, FloatRows.of(new float[7], 4, 2), two))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> cache.write(0, two, FloatRows.of(new float[7], 4, 2)))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> cache.write(0, two, two.range(0, 1)))
        .isInstanceOf(IllegalArgumentException.class);
    cache.truncate(0);
    assertThatThrownBy(() -> cache.truncate(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> cache.write(0, two, two))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> cache.extend(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new KeyValueCache(0, 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
