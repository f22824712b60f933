package dev.deed.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.deed.tensor.kernel.ScalarAttentionKernel;
import dev.deed.tensor.kernel.VectorAttentionKernel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttentionTest {
  private static final Attention SCALAR = new Attention(new ScalarAttentionKernel());
  private static final Attention VECTOR = new Attention(new VectorAttentionKernel());

  /** Shapes of one case; {@code step} is the length step. */
  private record Shape(int rows, int heads, int headWidth, int firstLength, int step) {
    int width() {
      return heads * headWidth;
    }

    int positions() {
      return Math.max(firstLength, firstLength + (rows - 1) * step);
    }

    KeyValueCache cache() {
      KeyValueCache cache = new KeyValueCache(heads, headWidth, 0);
      int n = positions() + 3;
      cache.write(
          cache.extend(n),
          FloatRows.of(Samples.normal(n * width(), 1), width(), n),
          FloatRows.of(Samples.normal(n * width(), 2), width(), n));
      return cache;
    }

    AttentionBias bias() {
      return new AttentionBias(Samples.normal(heads * 2000, 3), 500, -1, 2000);
    }
  }

  private static AttentionJob job(Shape shape, @Nullable AttentionBias bias) {
    int stride = shape.width() + 5;
    return new AttentionJob(
        new FloatRows(Samples.normal((shape.rows + 1) * stride, 4), 2, stride, shape.rows),
        0.3f,
        shape.cache(),
        shape.firstLength,
        shape.step,
        bias,
        new FloatRows(new float[(shape.rows + 1) * stride], 1, stride, shape.rows));
  }

  private static float[] attend(
      Attention attention, Shape shape, @Nullable AttentionBias bias, int threads) {
    AttentionJob job = job(shape, bias);
    try (ThreadPool pool = ThreadPool.of(threads)) {
      attention.attend(job, pool);
    }
    return job.out().values();
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,1,1,0", "1,2,3,5,0", "1,4,16,16,0", "1,2,32,65,0", "1,12,64,130,0", "2,2,8,17,0",
    "3,1,20,31,1", "4,2,24,33,1", "5,3,64,1,1", "6,2,48,0,1", "7,2,64,100,0", "13,2,40,15,1",
    "29,4,32,64,0", "40,2,64,3,3", "9,2,16,40,-4", "2,1,130,1000,0", "13,2,7,70,0", "25,1,33,129,1",
    "26,2,64,191,0"
  })
  void twinsGiveTheSameBits(int rows, int heads, int headWidth, int firstLength, int step) {
    Shape shape = new Shape(rows, heads, headWidth, firstLength, step);
    for (int threads = 1; threads <= 3; threads++) {
      assertThat(attend(VECTOR, shape, null, threads)).isEqualTo(attend(SCALAR, shape, null, 1));
      assertThat(attend(VECTOR, shape, shape.bias(), threads))
          .isEqualTo(attend(SCALAR, shape, shape.bias(), 1));
    }
  }

  /**
   * Heads that share keys and values, windows, caps, a second cache: twins agree, whatever the
   * number of threads, and a row has the same bits in a block, in a smaller one, and alone.
   */
  @ParameterizedTest
  @CsvSource({
    "1,1,1,4,9,0,0,0", "1,1,4,8,40,0,0,3", "1,2,3,20,70,5,0,0", "1,1,4,64,130,33,0,17",
    "7,2,2,12,40,0,0,0", "9,1,3,32,60,16,0,40", "23,2,2,20,50,7,0,5", "40,1,4,64,100,20,0,33",
    "30,2,1,16,30,3,4,0", "50,1,2,48,50,9,9,0", "64,2,1,130,64,1,0,70", "5,1,1,16,0,0,0,12"
  })
  void newerFeaturesHaveTwinsAndRowsOfTheirOwn(
      int rows,
      int keyValueHeads,
      int group,
      int headWidth,
      int positions,
      int before,
      int after,
      int besides) {
    int width = keyValueHeads * group * headWidth;
    float[] q = Samples.normal(rows * width, 4);
    KeyValueCache cache = filled(keyValueHeads, headWidth, positions + rows, 1);
    KeyValueCache second = besides == 0 ? null : filled(keyValueHeads, headWidth, besides, 7);
    for (float cap : new float[] {0, 2.5f}) {
      AttentionHeads layout = new AttentionHeads(group, headWidth, 0.3f, cap);
      float[] expected = new float[rows * width];
      Block block = new Block(layout, cache, second, positions, before, after);
      try (ThreadPool one = ThreadPool.of(1)) {
        SCALAR.attend(block.job(q, 0, rows, expected), one);
      }
      for (int size : new int[] {rows, 1, 4, 6, 7}) {
        for (int threads = 1; threads <= 3; threads++) {
          float[] found = new float[rows * width];
          try (ThreadPool pool = ThreadPool.of(threads)) {
            for (int row = 0; row < rows; row += size) {
              VECTOR.attend(block.job(q, row, Math.min(size, rows - row), found), pool);
            }
          }
          assertThat(found).isEqualTo(expected);
        }
      }
    }
  }

  /**
   * Rows over a cache, causal unless they see positions behind their own.
   *
   * @param positions in front of row 0
   * @param before 0 for no window
   */
  private record Block(
      AttentionHeads layout,
      KeyValueCache cache,
      @Nullable KeyValueCache second,
      int positions,
      int before,
      int after) {
    AttentionJob job(float[] q, int row, int rows, float[] out) {
      int width = layout.group() * cache.width();
      int own = after > 0 ? row : positions + row;
      return new AttentionJob(
          new FloatRows(q, row * width, width, rows),
          layout,
          cache,
          after > 0 ? cache.length() : own + 1,
          after > 0 ? 0 : 1,
          before == 0 ? null : new AttentionWindow(own, 1, before, after),
          second,
          null,
          new FloatRows(out, row * width, width, rows));
    }
  }

  private static KeyValueCache filled(int heads, int headWidth, int positions, int seed) {
    KeyValueCache cache = new KeyValueCache(heads, headWidth, 0);
    int width = heads * headWidth;
    cache.write(
        cache.extend(positions),
        FloatRows.of(Samples.normal(positions * width, seed), width, positions),
        FloatRows.of(Samples.normal(positions * width, seed + 1), width, positions));
    return cache;
  }

  /** One softmax over two caches is that over one cache of both. */
  @Test
  void twoCachesAreOneSoftmax() {
    int width = 2 * 12;
    float[] q = Samples.normal(3 * width, 4);
    KeyValueCache own = filled(2, 12, 20, 1);
    KeyValueCache second = filled(2, 12, 9, 3);
    KeyValueCache both = new KeyValueCache(2, 12, 0);
    both.write(
        both.extend(20),
        FloatRows.of(Samples.normal(20 * width, 1), width, 20),
        FloatRows.of(Samples.normal(20 * width, 2), width, 20));
    both.write(
        both.extend(9),
        FloatRows.of(Samples.normal(9 * width, 3), width, 9),
        FloatRows.of(Samples.normal(9 * width, 4), width, 9));
    FloatRows queries = FloatRows.of(q, width, 3);
    float[] apart = new float[3 * width];
    float[] together = new float[3 * width];
    try (ThreadPool pool = ThreadPool.of(1)) {
      VECTOR.attend(
          new AttentionJob(queries, 0.3f, own, 20, 0, null, FloatRows.of(apart, width, 3))
              .with(second),
          pool);
      VECTOR.attend(
          new AttentionJob(queries, 0.3f, both, 29, 0, null, FloatRows.of(together, width, 3)),
          pool);
    }
    for (int i = 0; i < apart.length; i++) {
      assertThat(apart[i]).isCloseTo(together[i], within(1e-5f));
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,1", "2,3", "5,2", "40,3"})
  void jobsOfABatchGiveTheBitsOfEachAlone(int count, int threads) {
    List<AttentionJob> jobs = new ArrayList<>();
    List<float[]> alone = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      // The second has nothing to do.
      Shape shape = new Shape(i == 1 ? 0 : 1 + i % 3, 4, 32, 50 + 17 * i, 1);
      jobs.add(job(shape, i % 2 == 0 ? null : shape.bias()));
      alone.add(attend(VECTOR, shape, i % 2 == 0 ? null : shape.bias(), 1));
    }
    try (ThreadPool pool = ThreadPool.of(threads)) {
      VECTOR.attend(jobs, pool);
    }
    for (int i = 0; i < count; i++) {
      assertThat(jobs.get(i).out().values()).isEqualTo(alone.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 6, 7, 23})
  void aRowDoesNotDependOnItsBlock(int rows) {
    Shape block = new Shape(23, 3, 32, 20, 1);
    float[] together = attend(VECTOR, block, block.bias(), 1);
    int stride = block.width() + 5;
    float[] q = Samples.normal(24 * stride, 4);
    float[] out = new float[24 * stride];
    KeyValueCache cache = block.cache();
    try (ThreadPool pool = ThreadPool.of(2)) {
      for (int row = 0; row < 23; row += rows) {
        AttentionBias all = block.bias();
        AttentionBias bias =
            new AttentionBias(all.data(), all.offset() - row, -1, all.headStride());
        VECTOR.attend(
            new AttentionJob(
                new FloatRows(q, 2 + row * stride, stride, Math.min(rows, 23 - row)),
                0.3f,
                cache,
                20 + row,
                1,
                bias,
                new FloatRows(out, 1 + row * stride, stride, Math.min(rows, 23 - row))),
            pool);
      }
    }
    assertThat(out).isEqualTo(together);
  }

  @Test
  void weighsValuesBySoftmaxOfScores() {
    KeyValueCache cache = new KeyValueCache(1, 2, 2);
    cache.write(
        cache.extend(2),
        FloatRows.of(new float[] {1, 0, 0, 1}, 2, 2),
        FloatRows.of(new float[] {10, 20, 30, 40}, 2, 2));
    float[] out = new float[2];
    // Scores 2·0.5 and 0, and the bias raises the second by ln 3 + 1: weights 1/4 and 3/4.
    AttentionBias bias = new AttentionBias(new float[] {0, 1 + (float) Math.log(3)}, 0, 0, 0);
    try (ThreadPool pool = ThreadPool.of(1)) {
      VECTOR.attend(
          new AttentionJob(
              FloatRows.of(new float[] {2, 0}, 2, 1),
              0.5f,
              cache,
              2,
              0,
              bias,
              FloatRows.of(out, 2, 1)),
          pool);
    }
    assertThat(out).containsExactly(new float[] {25f, 35f}, within(1e-4f));
  }

  @Test
  void aMaskedPositionCountsNothing() {
    KeyValueCache cache = new KeyValueCache(1, 1, 3);
    cache.write(
        cache.extend(3),
        FloatRows.of(new float[] {1, 1, 1}, 1, 3),
        FloatRows.of(new float[] {5, 7, 1000}, 1, 3));
    AttentionBias mask = new AttentionBias(new float[] {0, 0, Float.NEGATIVE_INFINITY}, 0, 0, 0);
    float[] out = new float[1];
    try (ThreadPool pool = ThreadPool.of(1)) {
      VECTOR.attend(
          new AttentionJob(
              FloatRows.of(new float[] {1}, 1, 1), 1f, cache, 3, 0, mask, FloatRows.of(out, 1, 1)),
          pool);
    }
    assertThat(out[0]).isEqualTo(6f);
  }

  @Test
  void refusesWhatDoesNotFit() {
    Shape shape = new Shape(2, 2, 4, 5, 1);
    KeyValueCache cache = shape.cache();
    float[] q = new float[16];
    try (ThreadPool pool = ThreadPool.of(1)) {
      assertThatThrownBy(
              () ->
                  VECTOR.attend(
                      new AttentionJob(
                          FloatRows.of(q, 8, 2), 1f, cache, -1, 1, null, FloatRows.of(q, 8, 2)),
                      pool))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () ->
                  VECTOR.attend(
                      new AttentionJob(
                          FloatRows.of(q, 8, 2), 1f, cache, 9, 1, null, FloatRows.of(q, 8, 2)),
                      pool))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () ->
                  VECTOR.attend(
                      new AttentionJob(
                          new FloatRows(q, 1, 8, 2), 1f, cache, 5, 1, null, FloatRows.of(q, 8, 2)),
                      pool))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }
}
