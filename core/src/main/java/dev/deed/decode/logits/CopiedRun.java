package dev.deed.decode.logits;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * How far an answer has come as a run of whole words of a source: it is empty, or the tokens of
 * words that stand behind each other there. Either all such runs are allowed, or those of a list.
 * The state is the list of places behind the answer's occurrences, so one source serves many
 * answers and nothing has to be built but the list of the words' beginnings, or of the runs; a
 * token costs as many steps as there are occurrences. Immutable, safe for use from many threads.
 */
public final class CopiedRun implements AnswerState {
  private final int[] tokens;

  /** Where an answer may end: where words begin, and behind the source; of listed runs, nowhere. */
  private final boolean[] bounds;

  private final int[] ends;

  /**
   * Behind the answer's occurrences: of the tokens that would continue it; none once it is over.
   */
  private final int[] places;

  /** Of each place, behind the last token of its run. */
  private final int[] stops;

  private final boolean started;

  private CopiedRun(
      int[] tokens, boolean[] bounds, int[] ends, int[] places, int[] stops, boolean started) {
    this.tokens = tokens;
    this.bounds = bounds;
    this.ends = ends;
    this.places = places;
    this.stops = stops;
    this.started = started;
  }

  /**
   * The state before the first token: an answer may begin at each word, or end at once.
   *
   * @param tokens of the source; not copied
   * @param words places in {@code tokens} where words begin, ascending; no word is empty
   * @param ends tokens that end an answer, none of which is a token of the source; not copied
   * @throws IndexOutOfBoundsException when a word begins outside the source
   */
  public static CopiedRun of(int[] tokens, int[] words, int[] ends) {
    boolean[] bounds = new boolean[tokens.length + 1];
    for (int word : words) {
      bounds[Objects.checkIndex(word, tokens.length)] = true;
    }
    bounds[tokens.length] = true;
    int[] stops = new int[words.length];
    Arrays.fill(stops, tokens.length);
    return new CopiedRun(tokens, bounds, ends, words, stops, false);
  }

  /**
   * The state before the first token of an answer that is one of some runs, or ends at once.
   *
   * @param tokens of the source; not copied
   * @param begins where each run begins; not copied
   * @param stops behind the last token of each, as many; not copied
   * @param ends tokens that end an answer, none of which is a token of the source; not copied
   * @throws IndexOutOfBoundsException when a run is empty or not within the source
   */
  public static CopiedRun of(int[] tokens, int[] begins, int[] stops, int[] ends) {
    for (int i = 0; i < begins.length; i++) {
      Objects.checkIndex(begins[i], Objects.checkIndex(stops[i] - 1, tokens.length) + 1);
    }
    return new CopiedRun(tokens, new boolean[tokens.length + 1], ends, begins, stops, false);
  }

  private boolean mayEnd() {
    return !started || IntStream.range(0, places.length).anyMatch(this::mayEndAt);
  }

  private boolean mayEndAt(int occurrence) {
    return places[occurrence] == stops[occurrence] || bounds[places[occurrence]];
  }

  private boolean goesOn(int occurrence) {
    return places[occurrence] < stops[occurrence];
  }

  @Override
  public int forced() {
    int only = NOT_FORCED;
    for (int i = 0; i < places.length; i++) {
      if (goesOn(i)) {
        if (only != NOT_FORCED && only != tokens[places[i]]) {
          return NOT_FORCED;
        }
        only = tokens[places[i]];
      }
    }
    if (!mayEnd()) {
      return only;
    }
    return only == NOT_FORCED && ends.length == 1 ? ends[0] : NOT_FORCED;
  }

  @Override
  public boolean allows(int token) {
    return isEnd(token)
        ? mayEnd()
        : IntStream.range(0, places.length).anyMatch(i -> goesOn(i) && tokens[places[i]] == token);
  }

  private boolean isEnd(int token) {
    return Arrays.stream(ends).anyMatch(end -> end == token);
  }

  @Override
  public void restrict(Scores scores) {
    BitSet allowed = new BitSet(scores.size());
    for (int i = 0; i < places.length; i++) {
      if (goesOn(i)) {
        allowed.set(tokens[places[i]]);
      }
    }
    if (mayEnd()) {
      Arrays.stream(ends).forEach(allowed::set);
    }
    scores.keepOnly(Arrays.copyOf(allowed.toLongArray(), (scores.size() + 63) / 64));
  }

  /** Bytes of the source and its words. */
  @Override
  public long bytes() {
    return Integer.BYTES * (tokens.length + 2L * places.length) + bounds.length;
  }

  @Override
  public AnswerState after(int token) {
    int[] next = new int[isEnd(token) ? 0 : places.length];
    int[] until = new int[next.length];
    int count = 0;
    for (int i = 0; i < next.length; i++) {
      if (goesOn(i) && tokens[places[i]] == token) {
        next[count] = places[i] + 1;
        until[count++] = stops[i];
      }
    }
    return new CopiedRun(
        tokens, bounds, ends, Arrays.copyOf(next, count), Arrays.copyOf(until, count), true);
  }
}
