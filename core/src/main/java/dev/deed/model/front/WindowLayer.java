package dev.deed.model.front;

import dev.deed.model.EncoderLayer;
import dev.deed.model.SelfAttention;
import dev.deed.model.Workspace;
import dev.deed.model.Workspace.Purpose;
import dev.deed.model.spec.LayerKind;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.KeyValueCache;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import java.util.Arrays;

/**
 * One layer of attention within windows. A window is computed from its norm to its feed-forward
 * network before the next one, so that it stays in the processor's cache and a large picture needs
 * no memory for its inner vectors; threads share out the windows.
 *
 * @param shift of the windows, in patches
 */
record WindowLayer(EncoderLayer layer, GridBias bias, int shift) {
  /** What the reference implementation adds to the scores of patches that were no neighbours. */
  private static final float APART = -100f;

  public static void declare(
      ParameterList parameters, Names.Layer names, StackSpec stack, int window) {
    parameters.attention(names.self(), stack, stack.width());
    parameters.add(
        names.patchBias(),
        Role.RELATIVE_BIAS,
        GridBias.rows(window, window, false),
        stack.attention().heads());
    parameters.feedForward(names.feedForward(), stack);
  }

  public static WindowLayer read(
      ParameterSource source, Names.Layer names, StackSpec stack, int window, int shift) {
    return new WindowLayer(
        EncoderLayer.read(source, names, stack, LayerKind.PLAIN, null),
        GridBias.of(
            window,
            window,
            false,
            stack.attention().heads(),
            source.tensor(names.patchBias()).toFloats()),
        shift);
  }

  /** Changes the grid in place. */
  public void apply(FeatureMap grid, ThreadPool pool) {
    WindowPartition partition = WindowPartition.of(grid, bias.width(), shift);
    AttentionBias[] biases = biases(partition, pool);
    pool.share(
        partition.count(),
        1,
        (first, end) -> {
          Pass pass = new Pass(layer, partition);
          for (int window = first; window < end; window++) {
            pass.apply(grid, window, biases[partition.kind(window)]);
          }
        });
  }

  /** The bias of each kind of window. */
  private AttentionBias[] biases(WindowPartition partition, ThreadPool pool) {
    int kinds = partition.shift() == 0 ? 1 : WindowPartition.KINDS;
    int length = bias.expandedLength();
    float[] values = new float[Math.multiplyExact(kinds, length)];
    AttentionBias[] biases = new AttentionBias[kinds];
    for (int kind = 0; kind < kinds; kind++) {
      bias.expand(values, kind * length, pool);
      biases[kind] = bias.view(values, kind * length);
      if (kind > 0) {
        separate(partition, kind, values, kind * length);
      }
    }
    return biases;
  }

  private void separate(WindowPartition partition, int kind, float[] values, int offset) {
    int slots = partition.slots();
    for (int slot = 0; slot < slots; slot++) {
      for (int other = 0; other < slots; other++) {
        if (!partition.together(kind, slot, other)) {
          for (int head = 0; head < bias.heads(); head++) {
            values[offset + (head * slots + slot) * slots + other] += APART;
          }
        }
      }
    }
  }

  /** What one part works with. Belongs to one thread at a time. */
  private static final class Pass {
    private final EncoderLayer layer;
    private final WindowPartition partition;
    private final int[] cells;
    private final float[] rows;
    private final Workspace workspace = new Workspace();

    Pass(EncoderLayer layer, WindowPartition partition) {
      this.layer = layer;
      this.partition = partition;
      this.cells = new int[partition.slots()];
      this.rows = new float[Math.multiplyExact(partition.slots(), layer.width())];
    }

    void apply(FeatureMap grid, int window, AttentionBias bias) {
      int width = layer.width();
      int slots = cells.length;
      partition.cells(window, cells);
      for (int slot = 0; slot < slots; slot++) {
        if (cells[slot] == WindowPartition.FILLING) {
          Arrays.fill(rows, slot * width, (slot + 1) * width, 0f);
        } else {
          System.arraycopy(grid.values(), cells[slot] * width, rows, slot * width, width);
        }
      }
      layer
          .attentionBlock()
          .apply(rows, slots, width, workspace, ThreadPool.ALONE, (x, y) -> attend(x, y, bias));
      layer
          .forwardBlock()
          .apply(
              rows,
              slots,
              width,
              workspace,
              ThreadPool.ALONE,
              (x, y) -> layer.forward().apply(x, slots, y, workspace, ThreadPool.ALONE));
      for (int slot = 0; slot < slots; slot++) {
        if (cells[slot] != WindowPartition.FILLING) {
          System.arraycopy(rows, slot * width, grid.values(), cells[slot] * width, width);
        }
      }
    }

    private void attend(float[] x, float[] y, AttentionBias bias) {
      SelfAttention attention = layer.attention();
      int slots = cells.length;
      // Slots without a patch are zeros behind the norm, and take part as keys.
      for (int slot = 0; slot < slots; slot++) {
        if (cells[slot] == WindowPartition.FILLING) {
          Arrays.fill(x, slot * layer.width(), (slot + 1) * layer.width(), 0f);
        }
      }
      float[] projected = attention.project(x, slots, workspace, ThreadPool.ALONE);
      KeyValueCache cache = workspace.emptyCache(attention.spec(), slots);
      attention.append(projected, 0, slots, cache, ThreadPool.ALONE);
      float[] attended = workspace.get(Purpose.ATTENDED, slots * attention.spec().width());
      KernelChoice.attention()
          .attend(
              attention.job(projected, 0, slots, cache, 0, false, bias, attended, 0),
              ThreadPool.ALONE);
      attention.output().apply(attended, slots, y, ThreadPool.ALONE);
    }
  }
}
