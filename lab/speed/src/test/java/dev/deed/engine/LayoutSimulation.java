package dev.deed.engine;

import dev.deed.value.Client;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The engine on a machine that is not there: events in place of threads, a cost model in place of a
 * clock. Requests arrive at random, {@link Admission} and {@link Pacing} decide as they do in the
 * engine, and {@link SimulatedPool} does what {@link EngineLoop} does.
 */
final class LayoutSimulation {
  /** First tokens later than this make an answer useless. */
  private static final double FIRST_TOKEN = 0.5;

  /** So are tokens later than a step and this, if they are more than a twentieth. */
  static final Duration MOST_PAUSE = Duration.ofMillis(50);

  /** Of the requests, those first ones fill the machine and do not count. */
  private static final double WARM_UP = 0.2;

  private static final int WAITING = 128;

  /** Of a fixed-point iteration that is exact after one where reading takes all the time. */
  private static final int ROUNDS = 3;

  private final List<SimulatedPool> pools = new ArrayList<>();
  private final Admission<Arrival> admission;
  private final Placement placement;
  private final List<Arrival> arrivals;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Set<Arrival> refused = new HashSet<>();
  private double now;

  /** Encoded next. */
  final Deque<Arrival> read = new ArrayDeque<>();

  /** Decoded next. */
  final List<Arrival> encoded = new ArrayList<>();

  /**
   * What came of a load.
   *
   * @param good share of the answers that were in time
   * @param seconds from arrival to the last token, the median
   */
  record Outcome(double good, double seconds) {}

  /** A request. */
  static final class Arrival {
    final double time;
    final int source;
    final int answer;
    final double[] pauses;
    int tokens;
    double last;
    private double first;
    private double end = Double.POSITIVE_INFINITY;

    Arrival(double time, int source, int answer) {
      this.time = time;
      this.source = source;
      this.answer = answer;
      this.pauses = new double[answer - 1];
    }

    /** It has a token, after a step that would have taken so long without anything else in it. */
    void emit(double at, double step) {
      if (tokens == 0) {
        first = at;
      } else {
        pauses[tokens - 1] = at - last - step;
      }
      last = at;
      tokens++;
      end = tokens == answer ? at : end;
    }

    private boolean isGood() {
      if (end == Double.POSITIVE_INFINITY || first - time > FIRST_TOKEN) {
        return false;
      }
      double[] sorted = pauses.clone();
      Arrays.sort(sorted);
      double late = sorted[(int) Math.ceil(0.95 * sorted.length) - 1];
      return late <= MOST_PAUSE.toNanos() / 1e9 + 1e-9;
    }
  }

  /**
   * Something happens.
   *
   * @param time in seconds
   * @param pool whose piece of work ends, or −1: a request arrives
   * @param index of the request
   */
  private record Event(double time, int pool, int index) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return Double.compare(time, other.time);
    }
  }

  /**
   * @param rate requests a second
   * @param requests that arrive
   */
  LayoutSimulation(ServingCosts costs, Layout layout, double rate, int requests) {
    int rows = rows(costs.machine().cores());
    this.admission =
        new Admission<>(new Admission.Limits(rows, WAITING, Long.MAX_VALUE, Math.max(1, rows / 4)));
    int count = layout.pools().size();
    int saturation = costs.saturation(rows, layout.pools().getFirst().threads());
    this.placement = layout.fills() ? Placement.filling(saturation, rows, count) : new Placement(1);
    this.arrivals = arrivals(costs.shape(), rate, requests);
    layout.pools().forEach(pool -> pools.add(new SimulatedPool(this, costs, pool, saturation)));
  }

  /** Rows of the engine: enough that they do not decide. */
  private static int rows(int cores) {
    return Math.max(16, 4 * cores);
  }

  private static List<Arrival> arrivals(ServingShape shape, double rate, int requests) {
    Random random = new Random(shape.name().hashCode());
    List<Arrival> arrivals = new ArrayList<>();
    double time = 0;
    for (int i = 0; i < requests; i++) {
      time -= Math.log(1 - random.nextDouble()) / rate;
      int source = shape.source() - shape.spread() + random.nextInt(2 * shape.spread() + 1);
      int answer = shape.answer() / 2 + random.nextInt(shape.answer() + 1);
      arrivals.add(new Arrival(time, source, answer));
    }
    return arrivals;
  }

  /** Runs until all answers are there. */
  Outcome run() {
    for (int i = 0; i < arrivals.size(); i++) {
      events.add(new Event(arrivals.get(i).time, -1, i));
    }
    for (Event event = events.poll(); event != null; event = events.poll()) {
      now = event.time;
      if (event.pool < 0) {
        arrive(arrivals.get(event.index));
      } else {
        pools.get(event.pool).finish();
      }
      wake();
    }
    return outcome();
  }

  private void arrive(Arrival arrival) {
    if (admission.offer(arrival, new Resources(1, 1), Client.ANYONE, true, true).taken()) {
      promote();
    } else {
      refused.add(arrival);
    }
  }

  private void promote() {
    read.addAll(admission.promote().preparing());
  }

  /** Pools that have nothing to do look for something, until none finds anything. */
  private void wake() {
    boolean again = true;
    while (again) {
      again = false;
      for (int i = 0; i < pools.size(); i++) {
        SimulatedPool pool = pools.get(i);
        if (!pool.isBusy() && pool.begin()) {
          events.add(new Event(pool.ends(), i, 0));
          again = true;
        }
      }
    }
  }

  /** By what factor reading slows beside what all pools read, about. */
  double crowding() {
    double times = 1;
    for (int i = 0; i < ROUNDS; i++) {
      double read = 0;
      for (SimulatedPool pool : pools) {
        read += pool.bandwidth(times);
      }
      times = Math.max(1, times * read);
    }
    return times;
  }

  double now() {
    return now;
  }

  boolean runs(Arrival arrival) {
    return admission.runs(arrival);
  }

  /** Whether a request that is encoded goes to this pool's batch. */
  boolean joins(SimulatedPool pool) {
    return placement.joins(pool.load(), loads(SimulatedPool::decodes));
  }

  /** How many of the inputs that wait a pool begins to encode. */
  int encodes(SimulatedPool pool) {
    int most = placement.encodes(read.size(), pool.load(), loads(SimulatedPool::encodes));
    return Math.min(most, EngineLoop.ENCODED_TOGETHER);
  }

  private List<Placement.Load> loads(Predicate<SimulatedPool> which) {
    List<Placement.Load> loads = new ArrayList<>();
    for (SimulatedPool pool : pools) {
      if (which.test(pool)) {
        loads.add(pool.load());
      }
    }
    return loads;
  }

  void encoded(List<Arrival> group) {
    encoded.addAll(group);
  }

  void ended(Arrival arrival) {
    admission.release(arrival);
    promote();
  }

  private Outcome outcome() {
    List<Arrival> counted = arrivals.subList((int) (WARM_UP * arrivals.size()), arrivals.size());
    long good = counted.stream().filter(Arrival::isGood).count();
    double[] seconds =
        counted.stream()
            .filter(arrival -> !refused.contains(arrival))
            .mapToDouble(arrival -> arrival.end - arrival.time)
            .sorted()
            .toArray();
    return new Outcome(
        (double) good / counted.size(), seconds.length == 0 ? 0 : seconds[seconds.length / 2]);
  }
}
