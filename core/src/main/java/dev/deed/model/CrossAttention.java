package dev.deed.model;

import dev.deed.model.DecoderLayer.Rows;
import dev.deed.model.Workspace.Purpose;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.AttentionJob;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.NarrowAttention;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cross-attention with its norm and residual. Keys and values of an encoder output are projected
 * once.
 *
 * @param index of the layer, from 0
 * @param narrow whether it attends to int8 copies of keys and values, as drafts do
 */
record CrossAttention(
    int index,
    Block block,
    AttentionSpec spec,
    Linear query,
    SourceProjection source,
    AttentionOutput output,
    boolean narrow) {
  static CrossAttention read(
      ParameterSource source, Names.Attention names, StackSpec stack, int index) {
    AttentionSpec spec = stack.attention();
    return new CrossAttention(
        index,
        Block.read(source, names.norm(), stack),
        spec,
        Linear.read(source, names.query(), spec.biases().query()),
        SourceProjection.read(source, names, stack),
        AttentionOutput.read(source, names, stack),
        false);
  }

  /**
   * Attention of rows to what their sequences attend to.
   *
   * @param hidden [rows, width], in the order of the sequences; changed in place
   */
  void apply(
      float[] hidden, int count, List<Rows> sequences, Workspace workspace, ThreadPool pool) {
    block.apply(
        hidden,
        count,
        query.weight().inputs(),
        workspace,
        pool,
        (x, y) -> attend(x, count, sequences, y, workspace, pool));
  }

  /**
   * What rows ask the encoder output.
   *
   * @param hidden [rows, width], unchanged
   * @return [rows, heads · head width]
   */
  float[] queries(float[] hidden, int count, Workspace workspace, ThreadPool pool) {
    float[] input = block.input(hidden, count, query.weight().inputs(), workspace, pool);
    return query.apply(input, count, pool);
  }

  /**
   * How a head shares out its attention among the positions of an encoder output: softmax of the
   * scaled products of queries and keys, without a bias.
   *
   * @param queries of {@link #queries}
   * @param head from 0
   * @param first row of the queries to begin with
   * @param weights receives [rows from the first on, positions]; each row adds up to 1
   */
  void weights(float[] queries, KeyValueCache keys, int head, int first, float[] weights) {
    int positions = keys.length();
    int source = head / (spec.heads() / spec.keyValueHeads());
    int rows = queries.length / spec.width() - first;
    float[] stored = keys.keys();
    float[] products = new float[KeyValueCache.BLOCK];
    for (int row = 0; row < rows; row++) {
      int query = (first + row) * spec.width() + head * spec.headWidth();
      int out = row * positions;
      for (int position = 0; position < positions; position += KeyValueCache.BLOCK) {
        Arrays.fill(products, 0);
        int key = keys.keyIndex(source, position);
        for (int i = 0; i < spec.headWidth(); i++) {
          float value = queries[query + i] * spec.scale();
          for (int lane = 0; lane < KeyValueCache.BLOCK; lane++) {
            products[lane] += value * stored[key + i * KeyValueCache.BLOCK + lane];
          }
        }
        int count = Math.min(KeyValueCache.BLOCK, positions - position);
        System.arraycopy(products, 0, weights, out + position, count);
      }
      KernelChoice.kernels().softmax(weights, out, positions);
    }
  }

  private void attend(
      float[] x, int count, List<Rows> sequences, float[] y, Workspace workspace, ThreadPool pool) {
    int width = spec.width();
    float[] queries = workspace.get(Purpose.PROJECTED, count * width);
    query.apply(x, count, queries, pool);
    float[] attended = workspace.get(Purpose.ATTENDED, count * width);
    if (narrow) {
      KernelChoice.narrowAttention()
          .attend(narrowJobs(queries, sequences, attended, workspace, pool), pool);
    } else {
      KernelChoice.attention().attend(jobs(queries, sequences, attended, workspace, pool), pool);
    }
    output.apply(attended, count, y, pool);
  }

  /** A job for each sequence, over int8 copies of keys and values that the wide layer projected. */
  private List<NarrowAttention.Job> narrowJobs(
      float[] queries,
      List<Rows> sequences,
      float[] attended,
      Workspace workspace,
      ThreadPool pool) {
    List<NarrowAttention.Job> jobs = new ArrayList<>(sequences.size());
    int width = spec.width();
    int first = 0;
    for (Rows sequence : sequences) {
      int rows = sequence.rows();
      jobs.add(
          new NarrowAttention.Job(
              new FloatRows(queries, first * width, width, rows),
              spec.layout(),
              sequence.cross().narrowKeysValues(index, workspace, pool),
              sequence.cross().bias(sequence.self().length() - rows, rows, pool),
              new FloatRows(attended, first * width, width, rows)));
      first += rows;
    }
    return jobs;
  }

  private List<AttentionJob> jobs(
      float[] queries,
      List<Rows> sequences,
      float[] attended,
      Workspace workspace,
      ThreadPool pool) {
    List<AttentionJob> jobs = new ArrayList<>(sequences.size());
    int width = spec.width();
    int first = 0;
    for (int i = 0; i < sequences.size(); ) {
      CrossMemory memory = sequences.get(i).cross();
      int position = sequences.get(i).self().length() - sequences.get(i).rows();
      int rows = sequences.get(i++).rows();
      // Hypotheses about one input share its keys and values: these are read once for all.
      // A bias tells positions apart, so with one each takes its own way.
      while (!memory.hasBias() && i < sequences.size() && sequences.get(i).cross() == memory) {
        rows += sequences.get(i++).rows();
      }
      KeyValueCache cache = memory.keysValues(index, workspace, pool);
      jobs.add(
          new AttentionJob(
              new FloatRows(queries, first * width, width, rows),
              spec.layout(),
              cache,
              cache.length(),
              0,
              null,
              null,
              memory.bias(position, rows, pool),
              new FloatRows(attended, first * width, width, rows)));
      first += rows;
    }
    return jobs;
  }
}
