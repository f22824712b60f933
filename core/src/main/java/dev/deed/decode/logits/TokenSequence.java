package dev.deed.decode.logits;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of a sequence so far, decoder start and prefix included, and how far they have come in
 * the language of its answer. Belongs to one thread.
 */
public final class TokenSequence {
  /** The newest states are kept; of older ones every 64th, because a state may be large. */
  private static final int KEPT = 64;

  private final int prefix;
  private int[] tokens;
  private int length;

  /** The answer's language; null where any text may be the answer. */
  private final @Nullable AnswerLanguage language;

  /**
   * The state at the place where the language begins, and behind each token from there on; null
   * where it is found again from the one before it.
   */
  private final List<@Nullable AnswerState> states;

  public TokenSequence(List<Integer> prefix) {
    this(prefix, List.of());
  }

  /**
   * @param processors that act on its scores, among them the language of its answer
   */
  public TokenSequence(List<Integer> prefix, List<LogitsProcessor> processors) {
    this(
        prefix.size(),
        prefix.stream().mapToInt(Integer::intValue).toArray(),
        prefix.size(),
        processors.stream()
            .filter(AnswerLanguage.class::isInstance)
            .map(AnswerLanguage.class::cast)
            .findFirst()
            .orElse(null),
        new ArrayList<>());
    if (language != null) {
      states.add(language.start());
    }
  }

  private TokenSequence(
      int prefix,
      int[] tokens,
      int length,
      @Nullable AnswerLanguage language,
      List<@Nullable AnswerState> states) {
    this.prefix = prefix;
    this.tokens = tokens;
    this.length = length;
    this.language = language;
    this.states = states;
  }

  /** Number of tokens, prefix included. */
  public int length() {
    return length;
  }

  /** Number of tokens behind the prefix. */
  public int emitted() {
    return length - prefix;
  }

  /** Token {@code index}, from 0, below {@link #length}. */
  public int get(int index) {
    return tokens[index];
  }

  /** What may follow; null where anything may. */
  @Nullable AnswerState state() {
    if (language == null || length < language.place()) {
      return null;
    }
    int known = length - language.place();
    while (known > 0 && states.get(known) == null) {
      known--;
    }
    AnswerState state = states.get(known);
    for (int at = language.place() + known; state != null && at < length; at++) {
      state = state.after(tokens[at]);
    }
    return state;
  }

  /** The one token that may follow, else {@link AnswerState#NOT_FORCED}. */
  public int forced() {
    AnswerState state = state();
    return state == null ? AnswerState.NOT_FORCED : state.forced();
  }

  /** Whether the language of the answer lets a token follow. */
  public boolean allows(int token) {
    AnswerState state = state();
    return state == null || state.allows(token);
  }

  public void append(int token) {
    AnswerState state = state();
    if (state != null) {
      states.add(state.after(token));
      int old = states.size() - 1 - KEPT;
      if (old % KEPT > 0) {
        states.set(old, null);
      }
    }
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(length + 1, 2 * tokens.length));
    }
    tokens[length++] = token;
  }

  /** Forgets all tokens from {@code newLength} on, which is not below the prefix. */
  public void truncate(int newLength) {
    length = Objects.checkIndex(newLength, length + 1);
    if (language != null) {
      int kept = Math.max(1, length - language.place() + 1);
      states.subList(Math.min(kept, states.size()), states.size()).clear();
    }
  }

  /** The first tokens, {@code newLength} of them; valid while these stay as they are. */
  public TokenSequence first(int newLength) {
    return new TokenSequence(
        prefix, tokens, Objects.checkIndex(newLength, length + 1), language, states);
  }

  /** An independent sequence of the same tokens. */
  public TokenSequence fork() {
    return new TokenSequence(
        prefix, Arrays.copyOf(tokens, length + 1), length, language, new ArrayList<>(states));
  }

  /** Its tokens, each once, ascending. */
  int[] distinct() {
    return Arrays.stream(tokens, 0, length).sorted().distinct().toArray();
  }
}
