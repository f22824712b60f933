package dev.deed.model;

import dev.deed.tensor.WorkerTeam;
import java.util.List;

/** Rows of several sequences whose keys and values are appended to the caches of one layer. */
record SequenceAppends(SelfAttention self, List<DecoderLayer.Rows> sequences) {
  /** Sequences whose keys and values are worth another thread's while to write. */
  private static final int SHARED = 4;

  /**
   * Appends them.
   *
   * @param projected queries, keys and values, one sequence's rows after the other's
   */
  void write(float[] projected, WorkerTeam team) {
    int count = sequences.size();
    int[] starts = new int[count];
    int[] positions = new int[count];
    int first = 0;
    // Which fork goes on in common memory is settled before threads write.
    for (int i = 0; i < count; i++) {
      DecoderLayer.Rows rows = sequences.get(i);
      starts[i] = first;
      positions[i] = rows.self().extend(rows.rows());
      first += rows.rows();
    }
    team.share(
        count,
        SHARED,
        (from, end) -> {
          for (int i = from; i < end; i++) {
            DecoderLayer.Rows rows = sequences.get(i);
            self.write(projected, starts[i], rows.rows(), rows.self(), positions[i]);
          }
        });
  }
}
