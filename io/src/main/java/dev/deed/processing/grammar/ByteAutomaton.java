package dev.deed.processing.grammar;

import dev.deed.value.InputException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
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
  private static final long MOST_BYTES = Math.min(8 << 20, Runtime.getRuntime().maxMemory() / 128);

  /** Places of a state, at most. */
  private static final int MOST_PLACES = 4000;

  /** Edges that may be looked at in one step of an answer, some twentieth of a second. */
  private static final long MOST_LOOKS = 16_000_000;

  /** What each step adds to what those before it have left. */
  private static final long LOOKS_PER_TURN = MOST_LOOKS / 5;

  /** What a visit of a place counts as. */
  private static final int LOOKS_PER_VISIT = 32;

  /** Behind the whole text. */
  private static final Frame ROOT = new Frame(-1, List.of(), 0);

  private static final Comparator<Place> ORDER =
      Comparator.comparingInt(Place::node).thenComparingLong(place -> place.frame.number);

  /** The open calls of a rule that began at one byte. Compared by identity. */
  private static final class Frame {
    final int rule;

    /** Where each goes on, in which other call; a list once no call joins any more. */
    final Collection<Place> returns;

    /** In the order of their making; −1 while calls may still join. */
    final long number;

    Frame(int rule, Collection<Place> returns, long number) {
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

  /** States of which something is known, each once or more. */
  private final List<State> knowing = new ArrayList<>();

  private final State dead = new State(List.of(), false);
  private long frameNumber;
  private long bytes;
  private long looksLeft = MOST_LOOKS;

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
      makeRoom();
      row = new State[firstOfClass.length];
      from.next = row;
      keep(from, 8L * row.length);
      pay(row.length);
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
    for (Place place : from.places) {
      int first = place.node < 0 ? -1 : graph.firstEdge(place.node);
      int looks = 1;
      for (int e = first; e >= 0; e = graph.nextEdge(e)) {
        looks++;
        if (graph.reads(e)
            && graph.lowest(e) <= b
            && b <= graph.highest(e)
            && graph.target(e) >= 0) {
          looks += LOOKS_PER_VISIT;
          reached.add(new Place(graph.target(e), place.frame));
        }
      }
      pay(looks);
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
      int looks = 1;
      for (int e = graph.firstEdge(place.node); e >= 0; e = graph.nextEdge(e)) {
        int called = graph.called(e);
        looks++;
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
      pay(looks);
      if (reads) {
        reading.add(place);
      }
    }
    return state(reading, isComplete);
  }

  private void visit(Place place, Set<Place> seen, Deque<Place> open) {
    pay(LOOKS_PER_VISIT);
    if (seen.add(place)) {
      requireFew(seen.size() <= 4 * MOST_PLACES);
      open.push(place);
    }
  }

  /** Counts edges that are looked at. */
  void pay(long looks) {
    looksLeft -= looks;
    requireFew(looksLeft > 0);
  }

  private void requireFew(boolean isFew) {
    if (!isFew) {
      throw Language.wrong(
          kind, "can be read in too many ways at once, so it takes too long", "simplify it");
    }
  }

  private void call(
      int rule, Place behind, Map<Integer, Frame> opened, Set<Place> seen, Deque<Place> open) {
    Frame frame = opened.computeIfAbsent(rule, _ -> new Frame(rule, new LinkedHashSet<>(), -1));
    frame.returns.add(behind);
    visit(new Place(graph.start(rule), frame), seen, open);
    if (graph.isOptional(rule)) {
      visit(behind, seen, open);
    }
  }

  /** The one state of these places, whose frames no call joins any more. */
  private State state(List<Place> reading, boolean isComplete) {
    requireFew(reading.size() <= MOST_PLACES);
    List<Place> places = closed(reading, closedFrames(reading));
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

  private static List<Place> closed(Collection<Place> places, Map<Frame, Frame> closed) {
    List<Place> all = new ArrayList<>(places.size() + 1);
    for (Place place : places) {
      all.add(new Place(place.node, closed.getOrDefault(place.frame, place.frame)));
    }
    all.sort(ORDER);
    return all;
  }

  /**
   * The closed frames of the open ones of places, each found behind those that it returns to. Calls
   * nest as deep as a grammar likes; none leads back to itself, for no rule recurs on the left.
   */
  private Map<Frame, Frame> closedFrames(List<Place> places) {
    Map<Frame, Frame> closed = new HashMap<>();
    Deque<Frame> waiting = new ArrayDeque<>();
    Consumer<Place> await =
        place -> {
          if (place.frame.isOpen() && !closed.containsKey(place.frame)) {
            waiting.push(place.frame);
          }
        };
    places.forEach(await);
    while (!waiting.isEmpty()) {
      Frame next = waiting.peek();
      int before = waiting.size();
      if (!closed.containsKey(next)) {
        next.returns.forEach(await);
      }
      if (waiting.size() == before) {
        waiting.pop();
        closed.computeIfAbsent(next, _ -> closedFrame(next.rule, closed(next.returns, closed)));
      }
    }
    return closed;
  }

  private Frame closedFrame(int rule, List<Place> returns) {
    return frames.computeIfAbsent(
        new FrameKey(rule, returns),
        key -> {
          bytes += 200 + 40L * key.returns.size();
          return new Frame(key.rule, key.returns, ++frameNumber);
        });
  }

  /**
   * Reads bytes whose states were found before, and may have been forgotten: they cost no other
   * step what it may look at.
   *
   * @return null where no text goes on so
   * @throws InputException when it takes too long
   */
  @Nullable State read(State from, byte[] added) {
    long left = looksLeft;
    looksLeft = MOST_LOOKS;
    try {
      State state = from;
      for (int i = 0; i < added.length && state != null; i++) {
        state = step(state, added[i] & 0xff);
      }
      return state;
    } finally {
      looksLeft = left;
    }
  }

  /**
   * Counts memory that is taken for what is known of a state, which is forgotten with all others.
   */
  void keep(State state, long more) {
    knowing.add(state);
    bytes += more;
  }

  /** Begins a turn, which may take so much time. */
  void beginTurn() {
    looksLeft = Math.min(MOST_LOOKS, looksLeft + LOOKS_PER_TURN);
    makeRoom();
  }

  /**
   * Forgets what is known of states where it takes too much memory; states that somebody holds stay
   * valid.
   */
  private void makeRoom() {
    if (bytes > MOST_BYTES) {
      for (State state : knowing) {
        state.next = null;
        state.known = null;
      }
      knowing.clear();
      states.clear();
      frames.clear();
      states.put(start.places, start);
      bytes = 0;
    }
  }
}
