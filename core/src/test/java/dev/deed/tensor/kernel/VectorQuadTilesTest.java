package dev.deed.tensor.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.deed.tensor.matrix.QuadPanels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tiles of either width, also those that vectors of this machine's length do not need. */
class VectorQuadTilesTest {
  private static final int QUADS = 33;
  private static final int HALF = 4 * VectorLanes.COUNT;

  private final int[] pairs = new int[2 * QUADS + 5];
  private final MemorySegment weights =
      Arena.ofAuto().allocate(2L * QUADS * QuadPanels.STEP_BYTES, 64);

  @BeforeEach
  void fill() {
    assumeTrue(VectorLanes.COUNT >= 8);
    Random random = new Random(1);
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = whole(random) & 0xffff | whole(random) << Short.SIZE;
    }
    for (long at = 0; at < weights.byteSize(); at++) {
      weights.set(ValueLayout.JAVA_BYTE, at, whole(random));
    }
  }

  /** The largest often, so that sums of two go to the limit. */
  private static byte whole(Random random) {
    return (byte) (random.nextBoolean() ? 127 * (1 - 2 * random.nextInt(2)) : random.nextInt(127));
  }

  @Test
  void eightVectorsFromTwoPlaces() {
    int odd = QUADS + 5;
    long second = (long) QUADS * QuadPanels.STEP_BYTES;
    int[] sums = new int[2 * HALF + 1];
    VectorQuadTiles.eight(weights, 0, second, QUADS, pairs, odd, sums, 1);
    for (int o = 0; o < HALF; o++) {
      assertThat(sums[1 + o]).isEqualTo(sum(0, o, odd));
      assertThat(sums[1 + HALF + o]).isEqualTo(sum(second, o, odd));
    }
  }

  @Test
  void eightVectorsOfPanelsThatLieApart() {
    int[] sums = new int[1 + 3 * QuadPanels.WIDTH];
    VectorQuadTiles.eightByVector(weights, 0, 2, 11, pairs, 11, sums, 1);
    long second = 2L * 11 * QuadPanels.STEP_BYTES;
    for (int o = 0; o < HALF; o++) {
      assertThat(sums[1 + o]).isEqualTo(sum(0, o, 11, 11));
      assertThat(sums[1 + 2 * QuadPanels.WIDTH + o]).isEqualTo(sum(second, o, 11, 11));
    }
  }

  @Test
  void fourVectors() {
    int odd = QUADS + 2;
    int[] sums = new int[HALF + 1];
    VectorQuadTiles.four(weights, 64, QUADS, pairs, odd, sums, 1);
    for (int o = 0; o < HALF; o++) {
      assertThat(sums[1 + o]).isEqualTo(sum(64, o, odd));
    }
  }

  private int sum(long at, int output, int odd) {
    return sum(at, output, odd, QUADS);
  }

  private int sum(long at, int output, int odd, int quads) {
    int sum = 0;
    for (int quad = 0; quad < quads; quad++) {
      long from = at + (long) quad * QuadPanels.STEP_BYTES + 4L * output;
      sum += (short) pairs[quad] * weights.get(ValueLayout.JAVA_BYTE, from);
      sum += (short) pairs[odd + quad] * weights.get(ValueLayout.JAVA_BYTE, from + 1);
      sum += (pairs[quad] >> 16) * weights.get(ValueLayout.JAVA_BYTE, from + 2);
      sum += (pairs[odd + quad] >> 16) * weights.get(ValueLayout.JAVA_BYTE, from + 3);
    }
    return sum;
  }
}
