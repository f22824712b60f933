package dev.deed.model;

import dev.deed.checkpoint.BadInputException;
import dev.deed.checkpoint.Interruption;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.memory.ArrayPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Inputs on their way through an encoder, a piece of work at a time: the front of one input, or one
 * layer of several. Whoever runs it may do other things in between. Inputs share the layers'
 * products, without padding; a row's bits do not depend on the others. An input that does not fit
 * says why, and the others go on. Belongs to one thread.
 */
public final class EncoderPass implements AutoCloseable {
  /**
   * Rows that go through a layer together, at most where there are several inputs: enough that
   * weights are read once for many, few enough that the rows stay in the cache.
   */
  private static final int MOST_ROWS = 512;

  private final EncoderStack stack;
  private final ArrayPool.Lease lease;
  private final Workspace workspace;
  private final List<Passenger> inputs;

  /** The input whose front runs next. */
  private int next;

  /** Inputs that go through the layers together. */
  private List<Passenger> group = new ArrayList<>();

  /** An input for which the group has no room. */
  private @Nullable Passenger held;

  private int rows;
  private float[] hidden = new float[0];

  /** The layer that runs next, from 0; −1 while inputs are gathered. There may be no layers. */
  private int layer = -1;

  EncoderPass(EncoderStack stack, List<EncoderInput> inputs, ArrayPool arrays) {
    this.stack = stack;
    this.inputs = inputs.stream().map(Passenger::new).toList();
    this.lease = arrays.lease();
    this.workspace = new Workspace(lease);
  }

  /** An input, and what became of it. */
  private static final class Passenger {
    private final EncoderInput input;
    private EncoderFront.@Nullable Embedded state;
    private @Nullable BadInputException error;

    Passenger(EncoderInput input) {
      this.input = input;
    }

    EncoderFront.Embedded state() {
      return Objects.requireNonNull(state);
    }
  }

  /**
   * Does the next piece of work.
   *
   * @return false when there is none left, and nothing was done
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  public boolean advance(WorkerTeam team) {
    Interruption.check(EncoderLayer.HALF_ENCODED);
    if (layer >= 0) {
      runLayer(team);
    } else if (next < inputs.size()) {
      gather(inputs.get(next++), team);
    } else if (!group.isEmpty()) {
      begin();
    } else {
      return false;
    }
    return true;
  }

  /**
   * Hidden states of an input after the final norm, once there is no work left.
   *
   * @param index of the input
   * @throws BadInputException when the input lacks what the front reads, or does not fit it
   */
  public EncoderFront.Embedded output(int index) {
    Passenger passenger = inputs.get(index);
    if (passenger.error != null) {
      throw passenger.error;
    }
    return passenger.state();
  }

  /** Gives the memory of the layers back; outputs are not part of it. */
  @Override
  public void close() {
    lease.close();
  }

  private void gather(Passenger passenger, WorkerTeam team) {
    try {
      passenger.state = stack.embed(passenger.input, team);
    } catch (BadInputException e) {
      passenger.error = e;
      return;
    }
    if (!group.isEmpty() && rows + passenger.state.positions() > MOST_ROWS) {
      held = passenger;
      begin();
    } else {
      add(passenger);
    }
  }

  private void add(Passenger passenger) {
    group.add(passenger);
    rows += passenger.state().positions();
  }

  /** Lays the rows of the group one behind the other. */
  private void begin() {
    layer = 0;
    hidden = group.getFirst().state().hidden();
    if (group.size() > 1) {
      int width = stack.width();
      hidden = new float[rows * width];
      int at = 0;
      for (Passenger passenger : group) {
        int size = passenger.state().positions() * width;
        System.arraycopy(passenger.state().hidden(), 0, hidden, at, size);
        at += size;
      }
    }
  }

  private void runLayer(WorkerTeam team) {
    if (layer < stack.layerCount()) {
      List<EncoderFront.Embedded> states = group.stream().map(Passenger::state).toList();
      stack.apply(layer++, hidden, states, workspace, team);
    }
    if (layer == stack.layerCount()) {
      finish(team);
    }
  }

  private void finish(WorkerTeam team) {
    stack.normalise(hidden, rows, team);
    int width = stack.width();
    int at = 0;
    for (Passenger passenger : group) {
      EncoderFront.Embedded state = passenger.state();
      int size = state.positions() * width;
      if (group.size() > 1) {
        System.arraycopy(hidden, at, state.hidden(), 0, size);
      }
      at += size;
      passenger.state = state.withoutBias();
    }
    group = new ArrayList<>();
    hidden = new float[0];
    rows = 0;
    layer = -1;
    if (held != null) {
      add(held);
      held = null;
    }
  }
}
