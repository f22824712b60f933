package dev.deed.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.deed.tensor.kernel.ScalarAttentionKernel;
import dev.deed.tensor.kernel.ScalarNarrowAttention;
import dev.deed.tensor.kernel.VectorNarrowAttention;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NarrowAttentionTest {
  private static final NarrowAttention SCALAR = new NarrowAttention(new ScalarNarrowAttention());
  private static final NarrowAttention VECTOR = new NarrowAttention(new VectorNarrowAttention());

  /** Shapes of one case. */
  private record Shape(int rows, int heads, int headWidth, int length, int group, float cap) {
    Shape(int rows, int heads, int headWidth, int length) {
      this(rows, heads, headWidth, length, 1, 0);
    }

    AttentionHeads layout() {
      return new AttentionHeads(group, headWidth, 0.3f, cap);
    }

    /** Of all heads of queries. */
    int queryWidth() {
      return group * width();
    }

    int width() {
      return heads * headWidth;
    }

    KeyValueCache cache() {
      KeyValueCache cache = new KeyValueCache(heads, headWidth, 0);
      float[] keys = Samples.normal(length * width(), 1);
      float[] values = Samples.normal(length * width(), 2);
      if (length > 2) {
        // The third position is nothing at all.
        Arrays.fill(keys, 2 * width(), 3 * width(), 0);
        Arrays.fill(values, 2 * width(), 3 * width(), 0);
      }
      cache.write(
          cache.extend(length),
          FloatRows.of(keys, width(), length),
          FloatRows.of(values, width(), length));
      return cache;
    }

    AttentionBias bias() {
      int all = heads * group;
      return new AttentionBias(Samples.normal(rows * all * length, 3), 0, length * all, length);
    }

    FloatRows queries() {
      int stride = queryWidth() + 5;
      return new FloatRows(Samples.normal((rows + 1) * stride, 4), 2, stride, rows);
    }

    FloatRows out() {
      int stride = queryWidth() + 5;
      return new FloatRows(new float[(rows + 1) * stride], 1, stride, rows);
    }
  }

  private static float[] attend(
      NarrowAttention attention, Shape shape, @Nullable AttentionBias bias, int threads) {
    FloatRows out = shape.out();
    try (ThreadPool pool = ThreadPool.of(threads)) {
      NarrowKeysValues source = attention.copy(shape.cache(), pool);
      attention.attend(
          List.of(new NarrowAttention.Job(shape.queries(), shape.layout(), source, bias, out)),
          pool);
    }
    return out.values();
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,1,1",
    "1,2,3,5",
    "1,4,16,16",
    "1,2,32,65",
    "1,12,64,130",
    "2,2,8,17",
    "3,1,20,31",
    "4,2,24,33",
    "5,3,64,1",
    "7,2,64,100",
    "2,2,40,64",
    "1,1,130,1000",
    "1,8,64,1500"
  })
  void twinsGiveTheSameBits(int rows, int heads, int headWidth, int length) {
    Shape shape = new Shape(rows, heads, headWidth, length);
    for (int threads = 1; threads <= 3; threads++) {
      assertThat(attend(VECTOR, shape, null, threads)).isEqualTo(attend(SCALAR, shape, null, 1));
      assertThat(attend(VECTOR, shape, shape.bias(), threads))
          .isEqualTo(attend(SCALAR, shape, shape.bias(), 1));
    }
  }

  @ParameterizedTest
  @CsvSource({"1,2,32,65,3,0", "2,1,64,130,4,5", "3,4,24,70,1,2"})
  void headsMayShareKeysAndValuesAndScoresMayBeCapped(
      int rows, int heads, int headWidth, int length, int group, float cap) {
    Shape shape = new Shape(rows, heads, headWidth, length, group, cap);
    assertThat(attend(VECTOR, shape, shape.bias(), 3))
        .isEqualTo(attend(SCALAR, shape, shape.bias(), 1));
  }

  @ParameterizedTest
  @CsvSource({"1,2,32,65", "3,4,64,300", "2,1,24,9"})
  void isNearTheAttentionThatItCopies(int rows, int heads, int headWidth, int length) {
    Shape shape = new Shape(rows, heads, headWidth, length);
    FloatRows wide = shape.out();
    try (ThreadPool pool = ThreadPool.of(1)) {
      new Attention(new ScalarAttentionKernel())
          .attend(
              new AttentionJob(shape.queries(), 0.3f, shape.cache(), length, 0, shape.bias(), wide),
              pool);
    }
    assertThat(attend(VECTOR, shape, shape.bias(), 1)).containsExactly(wide.values(), within(0.1f));
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,3", "5,2", "9,3"})
  void jobsOfABatchGiveTheBitsOfEachAlone(int count, int threads) {
    List<NarrowAttention.Job> jobs = new ArrayList<>();
    List<float[]> alone = new ArrayList<>();
    try (ThreadPool pool = ThreadPool.of(threads)) {
      for (int i = 0; i < count; i++) {
        Shape shape = new Shape(1 + i % 3, 4, 32, 50 + 17 * i);
        NarrowKeysValues source = VECTOR.copy(shape.cache(), pool);
        AttentionBias bias = i % 2 == 0 ? null : shape.bias();
        jobs.add(
            new NarrowAttention.Job(shape.queries(), shape.layout(), source, bias, shape.out()));
        alone.add(attend(VECTOR, shape, bias, 1));
      }
      VECTOR.attend(jobs, pool);
    }
    for (int i = 0; i < count; i++) {
      assertThat(jobs.get(i).out().values()).isEqualTo(alone.get(i));
    }
  }
}
