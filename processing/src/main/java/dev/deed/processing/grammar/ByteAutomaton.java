package dev.deed.processing.grammar;

import dev.deed.value.InputException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a text byte by byte and knows whether it can still become one of a language. States are
 * made when they are first met, and kept as long as there is room. A state is a set of places in a
 * {@link ByteGraph}, each with the calls that are open there. Calls of one rule that begin at one
 * byte are one (the frames of GLL parsing, Scott and Johnstone 2010), so their number stays small
 * however ambiguous a grammar is. Its owner's lock guards it.
 */
final class ByteAutomaton {
  /** Bytes of memory, about, that states and what is known of them may take. */
  private static final long MOST_BYTES = 8 << 20;

  /** Places of a state, at most. */
  private static final int MOST_PLACES = 4000;

  /** Places that may be visited at once, some twentieth of a second, and a turn later on. */
  private static final long MOST_VISITS = 500_000;

  private static final long VISITS_PER_TURN = 100_000;

  /** Behind the whole text. */
  private static final Frame ROOT = new Frame(-1, List.of(), 0);

  private static final Comparator<Place> ORDER =
      Comparator.comparingInt(Place::node).thenComparingLong(place -> place.frame.number);

  /** The open calls of a rule that began at one byte. Compared by identity. */
  private static final class Frame {
    final int rule;

    /** Where each goes on, in which other call. */
    final List<Place> returns;

    /** In the order of their making; −1 while calls may still join. */
    final long number;

    Frame(int rule, List<Place> returns, long number) {
      this.rule = rule;
      this.returns = returns;
      this.number = number;
    }

    boolean isOpen() {
      return number < 0;
    }
  }

  private record Place(int node, Frame frame) {}

  private record FrameKey(int rule, List<Place> returns) {}

  /** A set of places. Immutable, but for what is known of it. */
  static final class State {
    private final List<Place> places;
    final boolean isComplete;
    private State @Nullable [] next;

    /** What the automaton's owner knows of it; forgotten when room runs out. */
    @Nullable Object known;

    private State(List<Place> places, boolean isComplete) {
      this.places = places;
      this.isComplete = isComplete;
    }
  }

  private final ByteGraph graph;
  private final String kind;

  /** The class of each byte: bytes of one class lead to the same states everywhere. */
  private final int[] classes = new int[256];

  private final int[] firstOfClass;
  private final Map<List<Place>, State> states = new HashMap<>();
  private final Map<FrameKey, Frame> frames = new HashMap<>();
  private final State dead = new State(List.of(), false);
  private long frameNumber;
  private long bytes;
  private long visitsLeft = MOST_VISITS;

  final State start;

  ByteAutomaton(ByteGraph graph, String kind) {
    this.graph = graph;
    this.kind = kind;
    boolean[] begins = new boolean[257];
    begins[0] = true;
    for (int edge = 0; edge < graph.edges(); edge++) {
      if (graph.reads(edge)) {
        begins[graph.lowest(edge)] = true;
        begins[graph.highest(edge) + 1] = true;
      }
    }
    List<Integer> firsts = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      if (begins[b]) {
        firsts.add(b);
      }
      classes[b] = firsts.size() - 1;
    }
    this.firstOfClass = firsts.stream().mapToInt(Integer::intValue).toArray();
    this.start = closure(List.of(new Place(graph.start(graph.root()), ROOT)));
  }

  /**
   * The state behind one more byte, 0…255; null where no text goes on so.
   *
   * @throws InputException when states are too large, or take too long
   */
  @Nullable State step(State from, int b) {
    State[] row = from.next;
    if (row == null) {
      row = new State[firstOfClass.length];
      from.next = row;
      bytes += 8L * row.length;
    }
    State to = row[classes[b]];
    if (to == null) {
      to = read(from, firstOfClass[classes[b]]);
      row[classes[b]] = to;
    }
    return to == dead ? null : to;
  }

  private State read(State from, int b) {
    List<Place> reached = new ArrayList<>();
    visitsLeft -= from.places.size();
    requireFew(visitsLeft > 0);
    for (Place place : from.places) {
      int first = place.node < 0 ? -1 : graph.firstEdge(place.node);
      for (int e = first; e >= 0; e = graph.nextEdge(e)) {
        if (graph.reads(e)
            && graph.lowest(e) <= b
            && b <= graph.highest(e)
            && graph.target(e) >= 0) {
          reached.add(new Place(graph.target(e), place.frame));
        }
      }
    }
    return reached.isEmpty() ? dead : closure(reached);
  }

  /** Follows what reads nothing, calls and returns, to the places that read. */
  private State closure(List<Place> reached) {
    Set<Place> seen = new HashSet<>(reached);
    Deque<Place> open = new ArrayDeque<>(reached);
    Map<Integer, Frame> opened = new HashMap<>();
    List<Place> reading = new ArrayList<>();
    boolean isComplete = false;
    while (!open.isEmpty()) {
      Place place = open.pop();
      Frame frame = place.frame;
      if (graph.isEnd(place.node) && frame == ROOT) {
        isComplete = true;
      } else if (graph.isEnd(place.node) && !frame.isOpen()) {
        frame.returns.forEach(behind -> visit(behind, seen, open));
      }
      boolean reads = false;
      for (int e = graph.firstEdge(place.node); e >= 0; e = graph.nextEdge(e)) {
        int called = graph.called(e);
        if (graph.target(e) < 0) {
          continue;
        }
        if (graph.reads(e)) {
          reads = true;
        } else if (called < 0) {
          visit(new Place(graph.target(e), frame), seen, open);
        } else if (graph.isTail(graph.target(e))) {
          // What it returns to is the end of this rule, so it returns where this rule does.
          visit(new Place(graph.start(called), frame), seen, open);
        } else {
          call(called, new Place(graph.target(e), frame), opened, seen, open);
        }
      }
      if (reads) {
        reading.add(place);
      }
    }
    return state(reading, isComplete);
  }

  private void visit(Place place, Set<Place> seen, Deque<Place> open) {
    if (seen.add(place)) {
      requireFew(--visitsLeft > 0 && seen.size() <= 4 * MOST_PLACES);
      open.push(place);
    }
  }

  private void requireFew(boolean isFew) {
    if (!isFew) {
      throw Language.wrong(
          kind, "can be read in too many ways at once, so it takes too long", "simplify it");
    }
  }

  private void call(
      int rule, Place behind, Map<Integer, Frame> opened, Set<Place> seen, Deque<Place> open) {
    Frame frame = opened.computeIfAbsent(rule, _ -> new Frame(rule, new ArrayList<>(), -1));
    if (!frame.returns.contains(behind)) {
      frame.returns.add(behind);
    }
    visit(new Place(graph.start(rule), frame), seen, open);
    if (graph.isOptional(rule)) {
      visit(behind, seen, open);
    }
  }

  /** The one state of these places, whose frames no call joins any more. */
  private State state(List<Place> reading, boolean isComplete) {
    requireFew(reading.size() <= MOST_PLACES);
    List<Place> places = closed(reading, new HashMap<>());
    if (isComplete) {
      places.add(new Place(-1, ROOT));
    }
    return states.computeIfAbsent(
        places,
        key -> {
          bytes += 200 + 40L * key.size();
          return new State(key, isComplete);
        });
  }

  private List<Place> closed(List<Place> places, Map<Frame, Frame> closed) {
    List<Place> all = new ArrayList<>(places.size() + 1);
    places.forEach(place -> all.add(new Place(place.node, closed(place.frame, closed))));
    all.sort(ORDER);
    return all;
  }

  private Frame closed(Frame frame, Map<Frame, Frame> closed) {
    if (!frame.isOpen()) {
      return frame;
    }
    Frame made = closed.get(frame);
    if (made == null) {
      made =
          frames.computeIfAbsent(
              new FrameKey(frame.rule, closed(frame.returns, closed)),
              key -> {
                bytes += 200 + 40L * key.returns.size();
                return new Frame(key.rule, key.returns, ++frameNumber);
              });
      closed.put(frame, made);
    }
    return made;
  }

  /** Lets a single step visit what it has to. */
  void refill() {
    visitsLeft = MOST_VISITS;
  }

  /** Counts memory that is taken for what is known of states. */
  void takes(long more) {
    bytes += more;
  }

  /**
   * Begins a turn, which may take so much time. Forgets what is known of states where it takes too
   * much memory; states that somebody holds stay valid.
   */
  void beginTurn() {
    visitsLeft = Math.min(MOST_VISITS, visitsLeft + VISITS_PER_TURN);
    if (bytes > MOST_BYTES) {
      for (State state : states.values()) {
        state.next = null;
        state.known = null;
      }
      states.clear();
      frames.clear();
      states.put(start.places, start);
      bytes = 0;
    }
  }
}
