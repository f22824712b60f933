package dev.deed.processing.grammar;

import dev.deed.files.Interruption;
import dev.deed.value.InputException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.UnaryOperator;

/**
 * The rules of a language as graphs whose edges read bytes of UTF-8, call a rule, or read nothing
 * (Thompson's construction, with calls: a recursive transition network). Not changed once it is
 * made.
 */
final class ByteGraph {
  private static final int MOST_NODES = 200_000;

  /** Each takes 12 bytes, and as many while it is found where texts can end. */
  private static final int MOST_EDGES = 500_000;

  /** Parts of a syntax that are added, each as often as it is repeated; some make no edge. */
  private static final int MOST_PARTS = 2_000_000;

  /** The last character of one byte of UTF-8, of two, three and four. */
  private static final int[] LAST_OF_LENGTH = {0x7f, 0x7ff, 0xffff, Characters.HIGHEST};

  /** Edges in a row that read nothing, as far as they are followed to the end of a rule. */
  private static final int LONGEST_TAIL = 32;

  /** What an edge does; else it reads bytes, from its lowest in bits 8…15 to its highest. */
  private static final int NOTHING = -1;

  /** The edge calls rule {@code FIRST_CALL − what}. */
  private static final int FIRST_CALL = -2;

  /** Of a node its newest edge, of an edge the next one of its node; −1: none. */
  private int[] firstEdge = new int[64];

  private int[] nextEdge = new int[64];
  private int[] does = new int[64];
  private int[] target = new int[64];
  private int nodes;
  private int edges;
  private int added;

  private final String kind;
  private final Map<String, Integer> numbers = new HashMap<>();

  /** First and last node of each rule. */
  private final List<Integer> starts = new ArrayList<>();

  private final List<Integer> ends = new ArrayList<>();
  private final BitSet isEnd = new BitSet();
  private final BitSet isTail = new BitSet();
  private final BitSet leads;
  private final BitSet isOptional;

  /**
   * @param alphabet the characters that can be written: texts with others are left out
   * @throws InputException when it is too large, left-recursive, or has no text
   * @throws CancellationException when the thread is interrupted
   */
  ByteGraph(Language language, Characters alphabet) {
    this.kind = language.kind();
    Map<Characters, Characters> written = new IdentityHashMap<>();
    UnaryOperator<Characters> among = set -> written.computeIfAbsent(set, one -> one.and(alphabet));
    for (String name : language.rules().keySet()) {
      numbers.put(name, starts.size());
      starts.add(node());
      ends.add(node());
      isEnd.set(ends.getLast());
    }
    language
        .rules()
        .forEach((name, syntax) -> add(syntax, start(number(name)), ends.get(number(name)), among));
    leads = leading(true);
    isOptional = leading(false);
    for (int node = 0; node < nodes; node++) {
      int at = node;
      for (int i = 0; i < LONGEST_TAIL && isOnlyWayOn(firstEdge[at]); i++) {
        at = target[firstEdge[at]];
      }
      isTail.set(node, isEnd.get(at));
    }
    if (kind.equals("grammar")) {
      requireNoLeftRecursion(List.copyOf(language.rules().keySet()));
    }
    if (!leads.get(start(root()))) {
      throw Language.wrong(
          kind,
          "describes no text that tokens of this vocabulary can write: its language is empty",
          "give another " + kind);
    }
  }

  private boolean isOnlyWayOn(int edge) {
    return edge >= 0 && nextEdge[edge] < 0 && does[edge] == NOTHING;
  }

  private int node() {
    requireFew(nodes < MOST_NODES, MOST_NODES, "states");
    if (nodes == firstEdge.length) {
      firstEdge = Arrays.copyOf(firstEdge, 2 * nodes);
    }
    firstEdge[nodes] = -1;
    return nodes++;
  }

  private void requireFew(boolean isFew, int most, String things) {
    if (!isFew) {
      throw Language.wrong(kind, "comes to more than " + most + " " + things, "give a smaller one");
    }
  }

  private void edge(int from, int what, int to) {
    requireFew(edges < MOST_EDGES, MOST_EDGES, "ways between states");
    if (edges == does.length) {
      nextEdge = Arrays.copyOf(nextEdge, 2 * edges);
      does = Arrays.copyOf(does, 2 * edges);
      target = Arrays.copyOf(target, 2 * edges);
    }
    nextEdge[edges] = firstEdge[from];
    does[edges] = what;
    target[edges] = to;
    firstEdge[from] = edges++;
  }

  /**
   * @param among gives those characters of a set that can be written, of each set once
   */
  private void add(Syntax syntax, int from, int to, UnaryOperator<Characters> among) {
    requireFew(++added <= MOST_PARTS, MOST_PARTS, "parts");
    Interruption.check("ask again");
    switch (syntax) {
      case Syntax.One(Characters set) -> read(among.apply(set), from, to);
      case Syntax.Sequence(List<Syntax> parts) -> {
        int at = from;
        for (int i = 0; i < parts.size(); i++) {
          int next = i == parts.size() - 1 ? to : node();
          add(parts.get(i), at, next, among);
          at = next;
        }
        if (parts.isEmpty()) {
          edge(from, NOTHING, to);
        }
      }
      case Syntax.Choice(List<Syntax> parts) -> parts.forEach(part -> add(part, from, to, among));
      case Syntax.Repeat(Syntax part, int least, int most) ->
          repeat(part, least, most, from, to, among);
      case Syntax.Rule(String name) -> edge(from, FIRST_CALL - number(name), to);
    }
  }

  private void repeat(
      Syntax part, int least, int most, int from, int to, UnaryOperator<Characters> among) {
    int at = node();
    edge(from, NOTHING, at);
    for (int i = 0; i < Math.max(least, most); i++) {
      if (i >= least) {
        edge(at, NOTHING, to);
      }
      int next = node();
      add(part, at, next, among);
      at = next;
    }
    if (most == Syntax.ANY_NUMBER) {
      add(part, at, at, among);
    }
    edge(at, NOTHING, to);
  }

  /** Reads characters as the bytes of UTF-8. */
  private void read(Characters set, int from, int to) {
    if (set.isEmpty()) {
      return;
    }
    int[] ends = {to, -1, -1, -1};
    int low = 0;
    for (int more = 0; more < LAST_OF_LENGTH.length; more++) {
      Characters some = set.within(low, LAST_OF_LENGTH[more]);
      read(from, some, more, more == 0 ? 0 : 0xf80 >> more & 0xff, ends);
      low = LAST_OF_LENGTH[more] + 1;
    }
  }

  /**
   * Reads characters of which the bytes so far are the same; those that go on alike share a node.
   *
   * @param more bytes behind the next
   * @param mark of the next byte
   * @param ends at index n, the node from which n bytes 80…BF lead to the end; −1: not made yet
   */
  private void read(int from, Characters set, int more, int mark, int[] ends) {
    int rest = (1 << 6 * more) - 1;
    int shared = -1;
    for (Characters.Range range : set.ranges()) {
      int first = range.low() & ~rest;
      int last = range.high() & ~rest;
      boolean wholeFirst = range.low() == first && range.high() >= (first | rest);
      boolean wholeLast = range.high() == (last | rest) && range.low() <= last;
      int low = wholeFirst ? first : first + rest + 1;
      int high = wholeLast ? last : last - rest - 1;
      if (low <= high) {
        edge(from, next(low, more, mark) << 8 | next(high, more, mark), any(more, ends));
      }
      for (int block : wholeFirst ? new int[] {last} : new int[] {first, last}) {
        boolean whole = block == last && wholeLast;
        if (!whole && block != shared) {
          shared = block;
          int node = node();
          edge(from, next(block, more, mark) * 0x101, node);
          read(node, set.within(block, block | rest), more - 1, 0x80, ends);
        }
      }
    }
  }

  private static int next(int character, int more, int mark) {
    return mark | character >> 6 * more & (mark == 0x80 ? 0x3f : 0x7f);
  }

  private int any(int bytes, int[] ends) {
    if (ends[bytes] < 0) {
      ends[bytes] = node();
      edge(ends[bytes], 0x80 << 8 | 0xbf, any(bytes - 1, ends));
    }
    return ends[bytes];
  }

  /**
   * The nodes from which the end of their rule can be reached.
   *
   * @param reading whether bytes may be read on the way
   */
  private BitSet leading(boolean reading) {
    int[] source = new int[edges];
    for (int node = 0; node < nodes; node++) {
      for (int edge = firstEdge[node]; edge >= 0; edge = nextEdge[edge]) {
        source[edge] = node;
      }
    }
    // Edges by the nodes that they wait for: behind their target, and behind the rule they call.
    int[] first = new int[nodes];
    Arrays.fill(first, -1);
    int[] next = new int[2 * edges];
    for (int place = 0; place < next.length; place++) {
      int edge = place / 2;
      if ((reading || !reads(edge)) && (place % 2 == 0 || called(edge) >= 0)) {
        int awaited = place % 2 == 0 ? target[edge] : start(called(edge));
        next[place] = first[awaited];
        first[awaited] = place;
      }
    }
    BitSet found = (BitSet) isEnd.clone();
    Deque<Integer> open = new ArrayDeque<>(ends);
    while (!open.isEmpty()) {
      for (int place = first[open.pop()]; place >= 0; place = next[place]) {
        int edge = place / 2;
        if (!found.get(source[edge])
            && found.get(target[edge])
            && (called(edge) < 0 || found.get(start(called(edge))))) {
          found.set(source[edge]);
          open.push(source[edge]);
        }
      }
    }
    return found;
  }

  private void requireNoLeftRecursion(List<String> names) {
    BitSet done = new BitSet();
    BitSet entered = new BitSet();
    for (int first = 0; first < names.size(); first++) {
      Deque<Integer> open = new ArrayDeque<>(List.of(first));
      while (!open.isEmpty()) {
        int rule = open.peek();
        if (entered.get(rule)) {
          done.set(open.pop());
          continue;
        }
        entered.set(rule);
        for (int called : leftCalls(rule)) {
          if (entered.get(called) && !done.get(called)) {
            throw Language.wrong(
                kind,
                "has the left-recursive rule " + names.get(called),
                "write it with a repetition, or with the recursion behind something else");
          }
          open.push(called);
        }
      }
    }
  }

  /** The rules that a rule can call before it has read anything. */
  private Set<Integer> leftCalls(int rule) {
    Set<Integer> called = new HashSet<>();
    Set<Integer> seen = new HashSet<>();
    Deque<Integer> open = new ArrayDeque<>(List.of(start(rule)));
    while (!open.isEmpty()) {
      int node = open.pop();
      for (int edge = firstEdge[node]; edge >= 0; edge = nextEdge[edge]) {
        int calls = called(edge);
        if (calls >= 0) {
          called.add(calls);
        }
        boolean passes = calls >= 0 ? isOptional(calls) : !reads(edge);
        if (passes && seen.add(target[edge])) {
          open.push(target[edge]);
        }
      }
    }
    return called;
  }

  int root() {
    return number(Language.ROOT);
  }

  private int number(String rule) {
    return Objects.requireNonNull(numbers.get(rule));
  }

  int start(int rule) {
    return starts.get(rule);
  }

  boolean isEnd(int node) {
    return isEnd.get(node);
  }

  /** Whether nothing follows in its rule. */
  boolean isTail(int node) {
    return isTail.get(node);
  }

  /** Whether a rule has the empty text. */
  boolean isOptional(int rule) {
    return isOptional.get(start(rule));
  }

  /** What it takes in memory, about. */
  long bytes() {
    return 12L * does.length + 4L * firstEdge.length + 100L * starts.size();
  }

  int edges() {
    return edges;
  }

  /** Its newest edge; −1: none. */
  int firstEdge(int node) {
    return firstEdge[node];
  }

  /** The next edge of the same node; −1: none. */
  int nextEdge(int edge) {
    return nextEdge[edge];
  }

  /** Where an edge leads, behind its call if it calls; −1 where no text goes on from there. */
  int target(int edge) {
    return leads.get(target[edge]) ? target[edge] : -1;
  }

  boolean reads(int edge) {
    return does[edge] >= 0;
  }

  int lowest(int edge) {
    return does[edge] >> 8;
  }

  int highest(int edge) {
    return does[edge] & 0xff;
  }

  /** The rule that an edge calls; −1: it calls none. */
  int called(int edge) {
    return does[edge] <= FIRST_CALL ? FIRST_CALL - does[edge] : -1;
  }
}
