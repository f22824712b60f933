package dev.deed.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.deed.checkpoint.SafetensorsWriter;
import dev.deed.checkpoint.SafetensorsWriter.Entry;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A head of low rank says what the head says of hidden states like those it was fitted to. */
final class HeadBasisTest {
  private static final int WIDTH = 32;
  private static final int WORDS = 300;

  @TempDir Path folder = Path.of("");

  private static GenerationHead head(Random random) {
    float[] weights = normal(WORDS * WIDTH, random);
    for (int i = 0; i < weights.length; i++) {
      // Rows have a mean, which counts for nothing.
      weights[i] += i % WIDTH == 0 ? 20 : 0;
    }
    return head(weights);
  }

  private static GenerationHead head(float[] weights) {
    WeightMatrix matrix = KernelChoice.packing().pack(WeightPrecision.FP32, weights, WORDS, WIDTH);
    return new GenerationHead(matrix, null, 0, null, WORDS, null, null);
  }

  private static float[] normal(int count, Random random) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Hidden states of seven directions, with a little of all others. */
  private static float[] states(int rows, float[] directions, Random random) {
    float[] states = normal(rows * WIDTH, random);
    for (int row = 0; row < rows; row++) {
      float[] amounts = normal(7, random);
      for (int k = 0; k < WIDTH; k++) {
        states[row * WIDTH + k] *= 0.02f;
        for (int i = 0; i < 7; i++) {
          states[row * WIDTH + k] += amounts[i] * directions[i * WIDTH + k];
        }
      }
    }
    return states;
  }

  @Test
  void aQuarterOfTheDirectionsIsEnough() throws IOException {
    Random random = new Random(3);
    GenerationHead head = head(random);
    float[] directions = normal(7 * WIDTH, random);
    HeadMoment moment = new HeadMoment(WIDTH);
    moment.add(states(WIDTH - 1, directions, random), WIDTH - 1);
    assertThat(moment.isEnough()).isFalse();
    moment.add(states(100, directions, random), 100);
    assertThat(moment.isEnough()).isTrue();
    assertThat(moment.isPlenty()).isFalse();
    moment.add(states(200, directions, random), 200);
    assertThat(moment.isPlenty()).isTrue();
    HeadBasis basis = moment.basis(head);
    assertThat(basis.rank()).isEqualTo(WIDTH / 4);
    basis.write(folder);
    HeadBasis read = Objects.requireNonNull(HeadBasis.read(folder, WIDTH));
    assertThat(read.hidden()).isEqualTo(basis.hidden());
    assertThat(read.rows()).isEqualTo(basis.rows());

    LowRankHead small = LowRankHead.of(head.weights(), read, Arena.ofAuto());
    int rows = 50;
    float[] x = states(rows, directions, random);
    float[] near = new float[rows * WORDS];
    float[] logits = new float[rows * WORDS];
    try (ThreadPool pool = ThreadPool.of(1)) {
      small.apply(x, rows, null, near, new Workspace(), pool);
      head.apply(x, rows, logits, new Workspace(), pool);
    }
    float[] mean = LowRankHead.meanRow(head.weights());
    for (int row = 0; row < rows; row++) {
      float shared = KernelChoice.kernels().dot(x, row * WIDTH, mean, 0, WIDTH);
      for (int word = 0; word < WORDS; word++) {
        int at = row * WORDS + word;
        assertThat(near[at]).isCloseTo(logits[at] - shared, within(1.5f));
      }
    }
  }

  @Test
  void aModelWithoutAMomentHasNoBasis() {
    assertThat(HeadBasis.read(folder, WIDTH)).isNull();
    HeadMoment moment = new HeadMoment(WIDTH);
    assertThatThrownBy(() -> moment.basis(head(new Random(1))))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatIsNotFiniteDoesNotCount() {
    Random random = new Random(5);
    HeadMoment moment = new HeadMoment(WIDTH);
    float[] states = normal(2 * WIDTH * WIDTH, random);
    for (int row = 0; row < WIDTH + 1; row++) {
      states[row * WIDTH + row % WIDTH] = row % 2 == 0 ? Float.NaN : Float.POSITIVE_INFINITY;
    }
    moment.add(states, 2 * WIDTH);
    assertThat(moment.isEnough()).isFalse();
    moment.add(normal(WIDTH * WIDTH, random), WIDTH);
    assertThat(moment.basis(head(random)).hidden()).doesNotContain(Float.NaN);
    float[] damaged = normal(WORDS * WIDTH, random);
    damaged[WIDTH] = Float.NaN;
    GenerationHead head = head(damaged);
    assertThatThrownBy(() -> moment.basis(head))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("not finite");
  }

  /** Folders come from anywhere. */
  @Test
  void filesThatDoNotFitAreRefused() throws IOException {
    Path file = folder.resolve("draft_head.safetensors");
    Entry good = new Entry(new int[] {2, WIDTH}, new float[2 * WIDTH]);
    refused(file, Map.of("hidden", good), "lacks the tensor rows");
    for (int[] shape : new int[][] {{2, WIDTH - 1}, {WIDTH + 1, WIDTH}, {WIDTH}, {0, WIDTH}}) {
      int size = 1;
      for (int part : shape) {
        size *= part;
      }
      Entry other = new Entry(shape, new float[size]);
      refused(file, Map.of("hidden", other, "rows", other), "in a model of width");
    }
    Entry longer = new Entry(new int[] {3, WIDTH}, new float[3 * WIDTH]);
    refused(file, Map.of("hidden", good, "rows", longer), "different shapes");
    float[] infinite = new float[2 * WIDTH];
    infinite[5] = Float.POSITIVE_INFINITY;
    Entry wrong = new Entry(new int[] {2, WIDTH}, infinite);
    refused(file, Map.of("hidden", good, "rows", wrong), "not finite");
    Files.writeString(file, "x");
    assertThatThrownBy(() -> HeadBasis.read(folder, WIDTH)).isInstanceOf(InputException.class);
  }

  private void refused(Path file, Map<String, Entry> tensors, String why) throws IOException {
    SafetensorsWriter.write(file, tensors, Map.of());
    assertThatThrownBy(() -> HeadBasis.read(folder, WIDTH))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(why)
        .hasMessageContaining("draft_head.safetensors");
  }
}
