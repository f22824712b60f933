package dev.deed.processing.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.decode.logits.AnswerState;
import dev.deed.decode.logits.Scores;
import dev.deed.processing.grammar.ByteAutomaton.State;
import dev.deed.value.InputException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The sequences of tokens whose text is one of a language. What may follow a sequence is worked out
 * when it is first asked for, and kept as long as there is room. Safe for use from many threads:
 * one lock guards the automaton.
 */
public final class TokenLanguage {
  /**
   * Nodes of the vocabulary's tree that are walked through in search of a way to the end, where
   * tokens cannot write everything.
   */
  private static final int MOST_WALKED = 4_000_000;

  private static final int MOST_SEARCHED = 1000;

  /** What is known of a state takes, but for bits. */
  private static final int BYTES_KNOWN = 100;

  private final TextVocabulary texts;
  private final int[] ends;
  private final ByteAutomaton automaton;
  private final long bytes;

  /** Where the answer has come to. */
  private record Point(TokenLanguage language, @Nullable State state, boolean isLater)
      implements AnswerState {
    @Override
    public int forced() {
      return state == null ? NOT_FORCED : language.allowed(this).forced;
    }

    @Override
    public boolean allows(int token) {
      return state != null && language.allowed(this).holds(token);
    }

    @Override
    public void restrict(Scores scores) {
      scores.keepOnly(
          state == null ? new long[(scores.size() + 63) / 64] : language.allowed(this).bits);
    }

    @Override
    public long bytes() {
      return language.bytes;
    }

    @Override
    public AnswerState after(int token) {
      byte[] added = language.texts.bytes(token, isLater);
      try {
        State next = state == null || added == null ? null : language.read(state, added);
        return new Point(language, next, true);
      } catch (InputException e) {
        // Room was made, and the way here is too long to be found again: the answer ends.
        return new Point(language, null, true);
      }
    }
  }

  /** What may follow; a bit for each token. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Allowed(long[] bits, int forced) {
    boolean holds(int token) {
      return (bits[token >> 6] >>> token & 1) != 0;
    }
  }

  /** What is known of a state: what may follow at the beginning of the text, and later. */
  private static final class Known {
    private final @Nullable Allowed[] allowed = new Allowed[2];

    /** Whether a text can still be written from there; null: nobody has asked. */
    private @Nullable Boolean leads;
  }

  private TokenLanguage(TextVocabulary texts, int[] ends, ByteGraph graph, String kind) {
    this.texts = texts;
    this.ends = ends;
    this.automaton = new ByteAutomaton(graph, kind);
    this.bytes = graph.bytes();
  }

  /**
   * The answers that a constraint allows.
   *
   * @param constraint an object as {@code structured_outputs} has it
   * @param ends tokens that end an answer, within the vocabulary
   * @return the state before the first token
   * @throws InputException when it is malformed, not supported or too large, or no token sequence
   *     writes any of its texts
   */
  public static AnswerState of(JsonNode constraint, TextVocabulary texts, int[] ends) {
    Language language = Language.of(constraint);
    ByteGraph graph = new ByteGraph(language, texts.alphabet());
    TokenLanguage tokens = new TokenLanguage(texts, ends.clone(), graph, language.kind());
    Point start = new Point(tokens, tokens.automaton.start, false);
    if (Arrays.stream(tokens.allowed(start).bits).allMatch(word -> word == 0)) {
      throw Language.wrong(
          language.kind(),
          "describes no text that tokens of this vocabulary can write",
          "give another one, or a model whose vocabulary has these characters");
    }
    return start;
  }

  private synchronized @Nullable State read(State from, byte[] added) {
    return automaton.read(from, added);
  }

  private synchronized Allowed allowed(Point point) {
    State state = point.state == null ? automaton.start : point.state;
    int place = point.isLater || texts.isUniform() ? 1 : 0;
    Allowed allowed = known(state).allowed[place];
    if (allowed == null) {
      automaton.beginTurn();
      allowed = allowed(state, texts.trie(point.isLater));
      // Room may have been made since, so what is known is looked up again.
      known(state).allowed[place] = allowed;
      automaton.keep(state, 8L * allowed.bits.length);
    }
    return allowed;
  }

  private Known known(State state) {
    if (state.known instanceof Known known) {
      return known;
    }
    Known known = new Known();
    state.known = known;
    automaton.keep(state, BYTES_KNOWN);
    return known;
  }

  private Allowed allowed(State state, TokenTrie trie) {
    long[] bits = new long[(texts.vocabulary() + 63) / 64];
    walk(
        state,
        trie,
        (to, from, behind) -> {
          if (texts.writesAll() || leads(to)) {
            for (int i = from; i < behind; i++) {
              bits[trie.tokens[i] >> 6] |= 1L << trie.tokens[i];
            }
          }
        });
    if (state.isComplete) {
      for (int end : ends) {
        bits[end >> 6] |= 1L << end;
      }
    }
    int count = Arrays.stream(bits).mapToInt(Long::bitCount).sum();
    return new Allowed(
        bits, count == 1 ? BitSet.valueOf(bits).nextSetBit(0) : AnswerState.NOT_FORCED);
  }

  /** Hears of a state that some tokens lead to, those in places {@code from} to {@code behind}. */
  private interface Visitor {
    void visit(State to, int from, int behind);
  }

  private void walk(State state, TokenTrie trie, Visitor visitor) {
    State[] path = new State[trie.deepest + 1];
    path[0] = state;
    int node = 0;
    while (node < trie.label.length) {
      automaton.pay(1);
      int depth = trie.depth[node];
      State to = depth == 0 ? state : automaton.step(path[depth - 1], trie.label[node] & 0xff);
      if (to == null) {
        node = trie.end[node];
        continue;
      }
      path[depth] = to;
      if (trie.firstToken[node] < trie.firstToken[node + 1]) {
        visitor.visit(to, trie.firstToken[node], trie.firstToken[node + 1]);
      }
      node++;
    }
  }

  /**
   * Whether tokens can write a text from a state on. Where too many states would have to be looked
   * through it is taken for granted.
   */
  private boolean leads(State state) {
    Boolean known = known(state).leads;
    return known == null ? search(state) : known;
  }

  /** Looks for the shortest way to an end. */
  private boolean search(State state) {
    int most = Math.clamp(MOST_WALKED / texts.trie(true).label.length, 16, MOST_SEARCHED);
    Map<State, State> before = new HashMap<>(Map.of(state, state));
    Deque<State> open = new ArrayDeque<>(before.keySet());
    while (!open.isEmpty() && before.size() < most) {
      State next = open.poll();
      if (next.isComplete || Boolean.TRUE.equals(known(next).leads)) {
        for (State at = next; at != state; at = Objects.requireNonNull(before.get(at))) {
          known(at).leads = true;
        }
        known(state).leads = true;
        return true;
      }
      walk(
          next,
          texts.trie(true),
          (to, _, _) -> {
            if (!Boolean.FALSE.equals(known(to).leads) && before.putIfAbsent(to, next) == null) {
              open.add(to);
            }
          });
    }
    boolean leads = !open.isEmpty();
    (leads ? Set.of(state) : before.keySet()).forEach(each -> known(each).leads = leads);
    return leads;
  }
}
