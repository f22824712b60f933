package dev.deed.model;

import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;

/**
 * Self-attention's bias in one decoder layer of OFA: scores of positions, which all layers share,
 * and the layer's own bias of distances. Safe for use from many threads.
 */
record UntiedSelfBias(Shared shared, RelativeBias relative) implements SelfBias {
  @Override
  public AttentionBias forRows(int first, int length, WorkerTeam team) {
    Window window = shared.window(length, team);
    AttentionBias distances = relative.forRows(first, length);
    int heads = shared.scores.heads();
    int rows = length - first;
    float[] biases = new float[Math.multiplyExact(Math.multiplyExact(rows, heads), length)];
    for (int row = 0; row < rows; row++) {
      for (int head = 0; head < heads; head++) {
        int to = (row * heads + head) * length;
        int scores = (head * window.length + first + row) * window.length;
        System.arraycopy(window.values, scores, biases, to, length);
        KernelChoice.kernels()
            .add(biases, to, distances.data(), distances.index(row, head), length);
      }
    }
    return new AttentionBias(biases, 0, heads * length, length);
  }

  /** Scores of the first positions against each other, [heads, length, length]. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Window(int length, float[] values) {}

  /** The scores of positions, computed as far as they were asked for. */
  static final class Shared {
    private static final int SHORTEST = 32;

    private final float[] places;
    private final PositionScores scores;
    private volatile Window window = new Window(0, new float[0]);

    /**
     * @param places vectors of the positions, [positions, width]
     */
    Shared(float[] places, PositionScores scores) {
      this.places = places;
      this.scores = scores;
    }

    private Window window(int length, WorkerTeam team) {
      Window current = window;
      if (current.length < length) {
        int more = Math.max(length, Math.min(most(), Math.max(SHORTEST, 2 * current.length)));
        current = new Window(more, scores.square(places, more, team));
        window = current;
      }
      return current;
    }

    private int most() {
      return places.length / scores.query().weight().inputs();
    }
  }
}
