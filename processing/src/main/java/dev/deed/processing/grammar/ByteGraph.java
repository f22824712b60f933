package dev.deed.processing.grammar;

import dev.deed.value.InputException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The rules of a language as graphs whose edges read bytes of UTF-8, call a rule, or read nothing
 * (Thompson's construction, with calls: a recursive transition network). Not changed once it is
 * made.
 */
final class ByteGraph {
  /** Each takes some 30 bytes with its edges. */
  private static final int MOST_NODES = 200_000;

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

  private final String kind;
  private final Characters alphabet;
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
   */
  ByteGraph(Language language, Characters alphabet) {
    this.kind = language.kind();
    this.alphabet = alphabet;
    for (String name : language.rules().keySet()) {
      numbers.put(name, starts.size());
      starts.add(node());
      ends.add(node());
      isEnd.set(ends.getLast());
    }
    language
        .rules()
        .forEach(
            (name, syntax) -> {
              int rule = number(name);
              add(syntax, starts.get(rule), ends.get(rule));
            });
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
    if (nodes == MOST_NODES) {
      throw Language.wrong(
          kind, "comes to more than " + MOST_NODES + " states", "give a smaller one");
    }
    if (nodes == firstEdge.length) {
      firstEdge = Arrays.copyOf(firstEdge, 2 * nodes);
    }
    firstEdge[nodes] = -1;
    return nodes++;
  }

  private void edge(int from, int what, int to) {
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

  private void add(Syntax syntax, int from, int to) {
    switch (syntax) {
      case Syntax.One(Characters set) -> new Utf8(to).add(set.and(alphabet), from);
      case Syntax.Sequence(List<Syntax> parts) -> {
        int at = from;
        for (int i = 0; i < parts.size(); i++) {
          int next = i == parts.size() - 1 ? to : node();
          add(parts.get(i), at, next);
          at = next;
        }
        if (parts.isEmpty()) {
          edge(from, NOTHING, to);
        }
      }
      case Syntax.Choice(List<Syntax> parts) -> parts.forEach(part -> add(part, from, to));
      case Syntax.Repeat(Syntax part, int least, int most) -> repeat(part, least, most, from, to);
      case Syntax.Rule(String name) -> edge(from, FIRST_CALL - number(name), to);
    }
  }

  private void repeat(Syntax part, int least, int most, int from, int to) {
    int at = node();
    edge(from, NOTHING, at);
    for (int i = 0; i < least; i++) {
      at = added(part, at);
    }
    if (most == Syntax.ANY_NUMBER) {
      add(part, at, at);
    }
    for (int i = least; i < most; i++) {
      edge(at, NOTHING, to);
      at = added(part, at);
    }
    edge(at, NOTHING, to);
  }

  private int added(Syntax part, int from) {
    int to = node();
    add(part, from, to);
    return to;
  }

  /** Reads characters as the bytes of UTF-8. */
  private final class Utf8 {
    private static final int[] LAST_OF_LENGTH = {0x7f, 0x7ff, 0xffff, Characters.HIGHEST};

    /** Nodes from which any so many bytes 80…BF lead to the end; −1: not made yet. */
    private final int[] any = {-1, -1, -1, -1};

    Utf8(int to) {
      any[0] = to;
    }

    void add(Characters set, int from) {
      for (Characters.Range range : set.ranges()) {
        int low = range.low();
        for (int last : LAST_OF_LENGTH) {
          if (low <= Math.min(last, range.high())) {
            bytes(from, utf8(low), utf8(Math.min(last, range.high())), 0);
            low = last + 1;
          }
        }
      }
    }

    private static int[] utf8(int c) {
      if (c < 0x80) {
        return new int[] {c};
      }
      int length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      int[] bytes = new int[length];
      for (int i = length - 1; i > 0; i--, c >>= 6) {
        bytes[i] = 0x80 | c & 0x3f;
      }
      bytes[0] = 0xf00 >> length & 0xff | c;
      return bytes;
    }

    /** Reads what lies between two strings of the same length, from byte {@code at} on. */
    private void bytes(int from, int[] low, int[] high, int at) {
      int left = low.length - 1 - at;
      boolean fromFirst = isAll(low, at + 1, 0x80);
      boolean toLast = isAll(high, at + 1, 0xbf);
      if (low[at] == high[at] && !(fromFirst && toLast)) {
        int next = node();
        edge(from, low[at] << 8 | low[at], next);
        bytes(next, low, high, at + 1);
        return;
      }
      if (!fromFirst) {
        bytes(from, low, filled(low, at + 1, 0xbf), at);
      }
      if (!toLast) {
        bytes(from, filled(high, at + 1, 0x80), high, at);
      }
      int first = fromFirst ? low[at] : low[at] + 1;
      int last = toLast ? high[at] : high[at] - 1;
      if (first <= last) {
        edge(from, first << 8 | last, any(left));
      }
    }

    private static boolean isAll(int[] bytes, int from, int value) {
      return Arrays.stream(bytes, from, bytes.length).allMatch(b -> b == value);
    }

    private static int[] filled(int[] bytes, int from, int value) {
      int[] filled = bytes.clone();
      Arrays.fill(filled, from, filled.length, value);
      return filled;
    }

    private int any(int bytes) {
      if (any[bytes] < 0) {
        any[bytes] = node();
        edge(any[bytes], 0x80 << 8 | 0xbf, any(bytes - 1));
      }
      return any[bytes];
    }
  }

  /**
   * The nodes from which the end of their rule can be reached.
   *
   * @param reading whether bytes may be read on the way
   */
  private BitSet leading(boolean reading) {
    // Edges by the nodes that they wait for: behind their target, and behind the rule they call.
    int[] first = new int[nodes];
    Arrays.fill(first, -1);
    int[] next = new int[2 * edges];
    int[] owner = new int[edges];
    for (int node = 0; node < nodes; node++) {
      for (int edge = firstEdge[node]; edge >= 0; edge = nextEdge[edge]) {
        owner[edge] = node;
        if (reading || !reads(edge)) {
          next[2 * edge] = first[target[edge]];
          first[target[edge]] = 2 * edge;
          if (called(edge) >= 0) {
            int start = start(called(edge));
            next[2 * edge + 1] = first[start];
            first[start] = 2 * edge + 1;
          }
        }
      }
    }
    BitSet found = new BitSet(nodes);
    int[] queue = new int[nodes];
    int size = 0;
    for (int end : ends) {
      found.set(end);
      queue[size++] = end;
    }
    for (int i = 0; i < size; i++) {
      for (int place = first[queue[i]]; place >= 0; place = next[place]) {
        int edge = place / 2;
        int node = owner[edge];
        if (!found.get(node)
            && found.get(target[edge])
            && (called(edge) < 0 || found.get(start(called(edge))))) {
          found.set(node);
          queue[size++] = node;
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
        if (done.get(rule) || entered.get(rule)) {
          done.set(rule);
          open.pop();
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
