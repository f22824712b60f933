package dev.deed.model;

import dev.deed.tensor.AttentionHeads;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.NarrowAttention;
import dev.deed.tensor.NarrowKeysValues;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.List;

/**
 * Cross-attention of drafts: over int8 copies of keys and values that the wide layer projected.
 *
 * @param index of the layer, from 0
 */
record NarrowCross(int index, AttentionHeads heads) {
  /**
   * A job for each sequence.
   *
   * @param queries [all rows, width], one sequence's rows after the other's
   * @param attended receives as many
   */
  List<NarrowAttention.Job> jobs(
      float[] queries,
      List<DecoderLayer.Rows> sequences,
      float[] attended,
      Workspace workspace,
      WorkerTeam team) {
    List<NarrowAttention.Job> jobs = new ArrayList<>(sequences.size());
    int first = 0;
    for (DecoderLayer.Rows sequence : sequences) {
      int rows = sequence.rows();
      NarrowKeysValues source = sequence.cross().narrowKeysValues(index, workspace, team);
      int width = source.heads() * heads.group() * source.headWidth();
      jobs.add(
          new NarrowAttention.Job(
              new FloatRows(queries, first * width, width, rows),
              heads,
              source,
              sequence.cross().bias(sequence.self().length() - rows, rows, team),
              new FloatRows(attended, first * width, width, rows)));
      first += rows;
    }
    return jobs;
  }
}
