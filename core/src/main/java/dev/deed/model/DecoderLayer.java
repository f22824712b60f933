package dev.deed.model;

import dev.deed.model.Workspace.Purpose;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.AttentionJob;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One decoder layer: causal self-attention, cross-attention, feed-forward. Where there is no
 * cross-attention, self-attention is over the encoder output too. It runs blocks of rows of several
 * sequences at once; the bits of a row depend on its own sequence alone. Immutable and safe for use
 * from many threads.
 */
public final class DecoderLayer {
  /** Sequences whose keys and values are worth another thread's while to write. */
  private static final int SHARED_SEQUENCES = 4;

  private final int index;
  private final int width;
  private final Block selfBlock;
  private final SelfAttention self;
  private final @Nullable CrossAttention cross;
  private final SourceProjection source;
  private final Block forwardBlock;
  private final FeedForward forward;
  private final @Nullable SelfBias bias;

  /**
   * Consecutive rows of one sequence in a block; their first position is the length of {@code
   * self}, to which their keys and values are appended.
   *
   * @param self self-attention keys and values of this layer, of all earlier positions
   * @param cross what the sequence attends to
   * @param rows number of rows
   */
  public record Rows(KeyValueCache self, CrossMemory cross, int rows) {}

  /** Reads layer {@code index}, from 0. */
  DecoderLayer(
      ParameterSource source,
      int index,
      TransformerSpec.Decoder spec,
      DecoderBiases biases,
      @Nullable Rotary rotary) {
    StackSpec stack = spec.stack();
    Names.Layer names = Names.DECODER.layer(index);
    this.index = index;
    this.width = stack.width();
    this.selfBlock = Block.read(source, names.self().norm(), stack);
    this.self = SelfAttention.read(source, names.self(), stack, stack.kind(index), rotary);
    this.cross = spec.merged() ? null : CrossAttention.read(source, names.cross(), stack, index);
    this.source =
        cross == null ? SourceProjection.read(source, names.self(), stack) : cross.source();
    this.forwardBlock = Block.read(source, names.feedForward().norm(), stack);
    this.forward = FeedForward.read(source, names.feedForward(), stack);
    this.bias = biases.self(index);
  }

  /** A layer of drafts, with int8 weights. */
  DecoderLayer(DecoderLayer other, NarrowCopy copy) {
    this.index = other.index;
    this.width = other.width;
    this.selfBlock = other.selfBlock;
    this.self = copy.of(other.self);
    this.cross = other.cross == null ? null : copy.of(other.cross);
    this.source = other.source;
    this.forwardBlock = other.forwardBlock;
    this.forward = copy.of(other.forward);
    this.bias = other.bias;
  }

  /** An empty self-attention cache for one sequence; see {@link SelfAttention#newCache}. */
  public KeyValueCache newCache(int positions, IntFunction<float[]> arrays) {
    return self.newCache(positions, arrays);
  }

  /** Bytes that keys and values take for a number of positions, own or of the encoder output. */
  public long cacheBytes(int positions) {
    return KeyValueCache.bytes(self.spec().keyWidth(), positions);
  }

  @Nullable CrossAttention cross() {
    return cross;
  }

  KeyValueCache project(
      EncoderOutput encoded, Workspace workspace, IntFunction<float[]> arrays, ThreadPool pool) {
    return source.project(encoded, workspace, arrays, pool);
  }

  /**
   * Runs a block of rows and appends their keys and values.
   *
   * @param hidden [all rows, width], one sequence's rows after the other's; changed in place
   * @param sequences what the rows belong to, in their order
   */
  public void apply(float[] hidden, List<Rows> sequences, Workspace workspace, ThreadPool pool) {
    applySelf(hidden, sequences, workspace, pool);
    applyBehindSelf(hidden, sequences, workspace, pool);
  }

  /** The first part of {@link #apply}: self-attention, which appends keys and values. */
  public void applySelf(
      float[] hidden, List<Rows> sequences, Workspace workspace, ThreadPool pool) {
    int count = sequences.stream().mapToInt(Rows::rows).sum();
    Block.Inner inner =
        (x, y) -> {
          float[] projected = self.project(x, count, workspace, pool);
          float[] attended = workspace.get(Purpose.ATTENDED, count * self.spec().width());
          KernelChoice.attention()
              .attend(selfJobs(projected, sequences, attended, workspace, pool), pool);
          self.output().apply(attended, count, y, pool);
        };
    selfBlock.apply(hidden, count, width, workspace, pool, inner);
  }

  /** The second part: all that follows self-attention. */
  public void applyBehindSelf(
      float[] hidden, List<Rows> sequences, Workspace workspace, ThreadPool pool) {
    int count = sequences.stream().mapToInt(Rows::rows).sum();
    if (cross != null) {
      cross.apply(hidden, count, sequences, workspace, pool);
    }
    Block.Inner inner = (x, y) -> forward.apply(x, count, y, workspace, pool);
    forwardBlock.apply(hidden, count, width, workspace, pool, inner);
  }

  /** Appends the rows' keys and values; what is left to do is one job a sequence. */
  private List<AttentionJob> selfJobs(
      float[] projected, List<Rows> sequences, float[] out, Workspace workspace, ThreadPool pool) {
    append(projected, sequences, pool);
    List<AttentionJob> jobs = new ArrayList<>(sequences.size());
    int first = 0;
    for (Rows rows : sequences) {
      int length = rows.self.length();
      int position = length - rows.rows;
      AttentionBias added = bias == null ? null : bias.forRows(position, length, pool);
      AttentionJob job =
          self.job(projected, first, rows.rows, rows.self, position, true, added, out, first);
      // Without cross-attention, self-attention is over the encoder output too.
      jobs.add(cross == null ? job.with(rows.cross.keysValues(index, workspace, pool)) : job);
      first += rows.rows;
    }
    return jobs;
  }

  /** Appends keys and values of rows, one sequence's after the other's, to their caches. */
  private void append(float[] projected, List<Rows> sequences, ThreadPool pool) {
    int count = sequences.size();
    int[] starts = new int[count];
    int[] positions = new int[count];
    int first = 0;
    // Which fork goes on in common memory is settled before threads write.
    for (int i = 0; i < count; i++) {
      Rows rows = sequences.get(i);
      starts[i] = first;
      positions[i] = rows.self.extend(rows.rows);
      first += rows.rows;
    }
    pool.share(
        count,
        SHARED_SEQUENCES,
        (from, end) -> {
          for (int i = from; i < end; i++) {
            Rows rows = sequences.get(i);
            self.write(projected, starts[i], rows.rows, rows.self, positions[i]);
          }
        });
  }

  /**
   * Appends keys and values of rows that do not run: earlier positions in the last layer, or, with
   * CALM's state copying, in any.
   *
   * @param hidden [rows, width], unchanged
   */
  public void appendOnly(
      float[] hidden, int rows, KeyValueCache cache, Workspace workspace, ThreadPool pool) {
    float[] input = selfBlock.input(hidden, rows, width, workspace, pool);
    self.append(self.project(input, rows, workspace, pool), 0, rows, cache, pool);
  }
}
