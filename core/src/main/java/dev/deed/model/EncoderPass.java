package dev.deed.model;

import dev.deed.files.Interruption;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.tensor.ArrayPool;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Encodes inputs a piece of work at a time: the front of one input, one layer of several, or a
 * block of one layer's rows where an input is long. The caller may do other things in between.
 * Inputs share the layers' products, without padding; a row's bits do not depend on the others. An
 * input that does not fit says why, and the others go on. Belongs to one thread.
 */
public final class EncoderPass implements AutoCloseable {
  private final EncoderStack stack;
  private final ArrayPool.Lease lease;
  private final Workspace workspace;
  private final List<Encoding> encodings;
  private final int mostRows;

  /** The input whose front runs next. */
  private int next;

  /** Inputs that go through the layers together. */
  private List<Encoding> group = new ArrayList<>();

  /** An input for which the group has no room. */
  private @Nullable Encoding waiting;

  private int rows;
  private float[] hidden = new float[0];

  /** The layer that runs next, from 0; −1 while inputs are gathered. There may be no layers. */
  private int layer = -1;

  /** The layer at hand, half run; null between layers. */
  private @Nullable EncoderLayerPass running;

  /** Of another encoder over the same inputs, which goes on where this one has ended. */
  private @Nullable EncoderPass behind;

  EncoderPass(EncoderStack stack, List<EncoderInput> inputs, int mostRows, ArrayPool arrays) {
    this.stack = stack;
    this.encodings = inputs.stream().map(Encoding::new).toList();
    this.mostRows = mostRows;
    this.lease = arrays.lease();
    this.workspace = new Workspace(lease);
  }

  /** The same pass, which another one follows. */
  EncoderPass before(EncoderPass next) {
    behind = next;
    return this;
  }

  /** What follows it; null: nothing. */
  @Nullable EncoderPass behind() {
    return behind;
  }

  /** An input, and what became of it. */
  private static final class Encoding {
    private final EncoderInput input;
    private EncoderFront.@Nullable Embedded state;
    private @Nullable InputException error;

    Encoding(EncoderInput input) {
      this.input = input;
    }

    EncoderFront.Embedded state() {
      return Objects.requireNonNull(state);
    }
  }

  /**
   * @param mostBlock rows of a layer that run in one piece, at most
   * @return false when there is none left, and nothing was done
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public boolean advance(int mostBlock, ThreadPool pool) {
    Interruption.check(EncoderLayer.HALF_ENCODED);
    if (layer >= 0) {
      runLayer(mostBlock, pool);
    } else if (next < encodings.size()) {
      gather(encodings.get(next++), pool);
    } else if (!group.isEmpty()) {
      begin();
    } else {
      return behind != null && behind.advance(mostBlock, pool);
    }
    return true;
  }

  /**
   * Hidden states of an input after the final norm, once there is no work left.
   *
   * @param index of the input
   * @throws InputException when the input lacks what the front reads, or does not fit it
   */
  EncoderFront.Embedded output(int index) {
    Encoding one = encodings.get(index);
    if (one.error != null) {
      throw one.error;
    }
    return one.state();
  }

  /** Gives the memory of the layers back; outputs are not part of it. */
  @Override
  public void close() {
    lease.close();
    if (behind != null) {
      behind.close();
    }
  }

  private void gather(Encoding one, ThreadPool pool) {
    try {
      one.state = stack.embed(one.input, pool);
    } catch (InputException e) {
      one.error = e;
      return;
    }
    if (!group.isEmpty() && rows + one.state.positions() > mostRows) {
      waiting = one;
      begin();
    } else {
      add(one);
    }
  }

  private void add(Encoding one) {
    group.add(one);
    rows += one.state().positions();
  }

  /** Lays the rows of the group one behind the other. */
  private void begin() {
    layer = 0;
    hidden = group.getFirst().state().hidden();
    if (group.size() > 1) {
      int width = stack.width();
      hidden = new float[rows * width];
      int at = 0;
      for (Encoding one : group) {
        int size = one.state().positions() * width;
        System.arraycopy(one.state().hidden(), 0, hidden, at, size);
        at += size;
      }
    }
  }

  private void runLayer(int mostBlock, ThreadPool pool) {
    if (layer < stack.layerCount()) {
      EncoderLayerPass now = running;
      if (now == null) {
        now = stack.begin(layer, hidden, group.stream().map(Encoding::state).toList(), workspace);
      }
      boolean more = now.advance(mostBlock, pool);
      running = more ? now : null;
      layer += more ? 0 : 1;
    }
    if (layer == stack.layerCount()) {
      finish(pool);
    }
  }

  private void finish(ThreadPool pool) {
    stack.normalise(hidden, rows, pool);
    int width = stack.width();
    int at = 0;
    for (Encoding one : group) {
      EncoderFront.Embedded state = one.state();
      int size = state.positions() * width;
      if (group.size() > 1) {
        System.arraycopy(hidden, at, state.hidden(), 0, size);
      }
      at += size;
      one.state = state.withoutBias();
    }
    group = new ArrayList<>();
    hidden = new float[0];
    rows = 0;
    layer = -1;
    if (waiting != null) {
      add(waiting);
      waiting = null;
    }
  }
}
