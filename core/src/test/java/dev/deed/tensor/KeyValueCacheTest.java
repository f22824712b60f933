package dev.deed.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class KeyValueCacheTest {
  /** Appends (positive) and cuts (negative) against a plain list. */
  @Property(tries = 100)
  void holdsWhatAListWouldHold(
      @ForAll @IntRange(min = 1, max = 20) int width,
      @ForAll @IntRange(max = 40) int capacity,
      @ForAll @Size(max = 12) List<@IntRange(min = -20, max = 40) Integer> steps) {
    KeyValueCache cache = new KeyValueCache(width, capacity);
    List<float[]> expected = new ArrayList<>();
    int seed = 0;
    for (int step : steps) {
      if (step < 0) {
        int length = Math.max(0, expected.size() + step);
        cache.truncate(length);
        expected.subList(length, expected.size()).clear();
      } else {
        float[] keys = Samples.normal(step * (width + 1) + 2, ++seed);
        cache.append(keys, 1, width + 1, keys, 2, width, step);
        for (int r = 0; r < step; r++) {
          float[] both = new float[2 * width];
          System.arraycopy(keys, 1 + r * (width + 1), both, 0, width);
          System.arraycopy(keys, 2 + r * width, both, width, width);
          expected.add(both);
        }
      }
      assertHolds(cache, expected);
    }
    KeyValueCache copy = cache.copy();
    cache.truncate(0);
    cache.append(new float[width], 0, width, new float[width], 0, width, 1);
    assertHolds(copy, expected);
  }

  private static void assertHolds(KeyValueCache cache, List<float[]> expected) {
    assertThat(cache.length()).isEqualTo(expected.size());
    int width = cache.width();
    float[] both = new float[2 * width];
    for (int p = 0; p < expected.size(); p++) {
      cache.copyKey(p, both, 0);
      cache.copyValue(p, both, width);
      assertThat(both).isEqualTo(expected.get(p));
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    KeyValueCache cache = new KeyValueCache(4, 1);
    assertThatThrownBy(() -> cache.append(new float[7], 0, 4, new float[8], 0, 4, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(cache.length()).isZero();
    assertThatThrownBy(() -> cache.truncate(1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> cache.copyKey(0, new float[4], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new KeyValueCache(0, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
