package dev.deed.engine;

import dev.deed.engine.Layout.Pool;
import dev.deed.engine.LayoutSimulation.Arrival;
import dev.deed.engine.ServingCosts.Cost;
import dev.deed.model.Encoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link EngineLoop} without threads: the same turns, in the time that the cost model says. */
final class SimulatedPool {
  private static final int LEAST_ROWS = 64;

  private final LayoutSimulation engine;
  private final ServingCosts costs;
  private final Pool pool;
  private final Pacing pacing;
  private final double socketShare;
  private final List<Arrival> members = new ArrayList<>();
  private final List<Arrival> joined = new ArrayList<>();
  private List<Arrival> group = List.of();
  private final Deque<Cost> pieces = new ArrayDeque<>();
  private int groupRows = Encoder.MOST_ROWS;
  private @Nullable Work atWork;
  private Cost cost = Cost.NONE;

  /** Of the step at hand, without what joining rows need. */
  private Cost plain = Cost.NONE;

  private double begun;
  private double ends;

  private double step;

  /** What a pool does at a moment. */
  private enum Work {
    PIECE,
    STEP
  }

  SimulatedPool(LayoutSimulation engine, ServingCosts costs, Pool pool, int saturation) {
    this.engine = engine;
    this.costs = costs;
    this.pool = pool;
    this.pacing = new Pacing(LayoutSimulation.MOST_PAUSE, saturation);
    this.socketShare = costs.socketShare(pool.threads());
  }

  boolean isBusy() {
    return atWork != null;
  }

  boolean decodes() {
    return pool.decodes();
  }

  boolean encodes() {
    return pool.encodes();
  }

  Placement.Load load() {
    return new Placement.Load(members.size(), !group.isEmpty());
  }

  double ends() {
    return ends;
  }

  /** Share of the socket's bandwidth that it takes when reading takes so many times as long. */
  double bandwidth(double times) {
    return atWork == null || cost.memory() == 0
        ? 0
        : cost.memory() * socketShare / (times * cost.memory() + cost.rest());
  }

  /** Takes what there is and begins the next piece of work; false when there is none. */
  boolean begin() {
    if (pool.decodes()) {
      join();
    }
    if (pool.encodes() && group.isEmpty() && !engine.read.isEmpty()) {
      encode();
    }
    if (!group.isEmpty() && pacing.encodesNext(members.size())) {
      atWork = Work.PIECE;
      cost = pieces.remove();
    } else if (!members.isEmpty()) {
      atWork = Work.STEP;
      beginStep();
    } else {
      return false;
    }
    double times = engine.crowding();
    begun = engine.now();
    ends = begun + times * cost.memory() + cost.rest();
    step = times * plain.memory() + plain.rest();
    return true;
  }

  private void join() {
    Iterator<Arrival> waiting = engine.encoded.iterator();
    while (waiting.hasNext()) {
      Arrival arrival = waiting.next();
      if (engine.runs(arrival) && engine.joins(this)) {
        waiting.remove();
        members.add(arrival);
        joined.add(arrival);
      }
    }
  }

  /** Lays out the pieces as EncoderPass does. */
  private void encode() {
    int most = engine.encodes(this);
    if (most == 0) {
      return;
    }
    group = new ArrayList<>();
    List<Integer> together = new ArrayList<>();
    int rows = 0;
    for (int i = 0; i < most; i++) {
      Arrival arrival = engine.read.remove();
      group.add(arrival);
      pieces.add(costs.front(arrival.source, pool.threads()));
      if (rows > 0 && rows + arrival.source > groupRows) {
        layers(together, rows);
        rows = 0;
        together.clear();
      }
      together.add(arrival.source);
      rows += arrival.source;
    }
    layers(together, rows);
    pieces.add(Cost.NONE);
  }

  private void layers(List<Integer> together, int rows) {
    long squares = together.stream().mapToLong(source -> (long) source * source).sum();
    Cost layer = costs.encoderLayer(rows, squares, pool.threads());
    for (int i = 0; i < costs.shape().encoderLayers(); i++) {
      pieces.add(layer);
    }
  }

  private void beginStep() {
    long positions = 0;
    for (Arrival member : members) {
      positions += member.source + member.tokens;
    }
    plain = costs.step(members.size(), positions, pool.threads());
    cost = plain;
    for (Arrival one : joined) {
      cost = cost.plus(costs.crossMemory(one.source, pool.threads()));
    }
    joined.clear();
  }

  /** The piece of work has ended. */
  void finish() {
    double seconds = engine.now() - begun;
    boolean piece = atWork == Work.PIECE;
    atWork = null;
    if (piece) {
      finishPiece((long) (1e9 * seconds));
    } else {
      pacing.stepped((long) (1e9 * seconds), 0);
      emit();
    }
  }

  private void finishPiece(long nanos) {
    if (pieces.isEmpty()) {
      engine.encoded(group);
      group = List.of();
    }
    pacing.encoded(nanos);
    long most = LayoutSimulation.MOST_PAUSE.toNanos();
    if (nanos > most) {
      groupRows = Math.max(LEAST_ROWS, groupRows / 2);
    } else if (nanos < most / 4) {
      groupRows = Math.min(Encoder.MOST_ROWS, groupRows * 2);
    }
  }

  private void emit() {
    for (Iterator<Arrival> all = members.iterator(); all.hasNext(); ) {
      Arrival member = all.next();
      member.emit(engine.now(), step);
      if (member.tokens == member.answer) {
        all.remove();
        engine.ended(member);
      }
    }
  }
}
