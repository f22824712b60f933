package dev.deed.decode.draft;

import dev.deed.decode.logits.TokenSequence;
import java.util.Arrays;
import java.util.List;

/**
 * A text that is known before the answer: a prediction of it, or the encoder's input. Immutable.
 *
 * <p>Runs of tokens are found by their hashes, sorted with the places behind them: 8 bytes a token,
 * and time that does not depend on how often a run occurs. A prediction is followed from its
 * beginning. Behind a difference the place is looked for nearby, where one or two tokens that agree
 * are enough, then everywhere by a run.
 */
public final class PromptLookup implements TextLookup {
  /** Length of the runs that find a place anywhere in a prediction. */
  private static final int RUN = 3;

  /** How far behind and ahead of the expected place a shorter agreement counts. */
  private static final int BACK = 8;

  private static final int AHEAD = 32;
  private static final int NEAREST = 2;

  /** Tokens that may replace as many others, one by one, before the place is no longer moved. */
  private static final int REPLACED = 16;

  /** Places of a run that are looked at, from the expected one on. */
  private static final int CANDIDATES = 8;

  private final int[] tokens;
  private final int run;
  private final boolean predicted;

  /** A hash in the upper half, the place behind its run in the lower one; ascending. */
  private final long[] places;

  private PromptLookup(int[] tokens, int run, boolean predicted) {
    this.tokens = tokens;
    this.run = run;
    this.predicted = predicted;
    this.places = new long[Math.max(0, tokens.length - run)];
    for (int i = 0; i < places.length; i++) {
      int hash = 0;
      for (int token = i; token < i + run; token++) {
        hash = TextLookup.mixed(hash, tokens[token]);
      }
      places[i] = key(hash, i + run);
    }
    Arrays.sort(places);
  }

  /** A text that the answer is expected to be, more or less. */
  public static PromptLookup prediction(List<Integer> tokens) {
    return new PromptLookup(ints(tokens), RUN, true);
  }

  /**
   * A text of which the answer may repeat runs.
   *
   * @param run length of the runs, at least 1
   */
  public static PromptLookup source(List<Integer> tokens, int run) {
    return new PromptLookup(ints(tokens), run, false);
  }

  private static int[] ints(List<Integer> tokens) {
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }

  private static long key(int hash, int place) {
    return (long) hash << Integer.SIZE | place;
  }

  /** Whether it is a prediction. */
  boolean isPrediction() {
    return predicted;
  }

  int length() {
    return tokens.length;
  }

  @Override
  public int length(TokenSequence answer) {
    return tokens.length;
  }

  @Override
  public int token(int place, TokenSequence answer) {
    return tokens[place];
  }

  @Override
  public Place start() {
    return predicted ? new Place(0, 0, 0) : Place.NOWHERE;
  }

  @Override
  public Place find(TokenSequence answer, Place before) {
    if (!predicted) {
      return anywhere(answer, before.at(), before.replaced());
    }
    Place near = near(answer, before);
    return near.agreement() >= run ? near : anywhere(answer, before.at(), near);
  }

  /** The place nearby that agrees best; where none does, behind a token that was replaced. */
  private Place near(TokenSequence answer, Place before) {
    int moved = Math.min(before.lost(), REPLACED);
    int expected = Math.min(tokens.length, before.at() + (moved < REPLACED ? 1 : 0));
    Place best = new Place(expected, 0, before.lost() + 1);
    int last = Math.min(tokens.length - 1, expected + AHEAD);
    for (int at = Math.max(1, before.at() - moved - BACK); at <= last; at++) {
      int distance = Math.abs(at - expected);
      int agreement = agreement(at, answer);
      // A place this near says as much as one more token; farther away one may be chance.
      agreement += distance <= NEAREST ? Math.min(agreement, 1) : agreement == 1 ? -1 : 0;
      boolean nearer = distance < Math.abs(best.at() - expected);
      if (agreement > best.agreement()
          || (agreement > 0 && agreement == best.agreement() && nearer)) {
        best = new Place(at, agreement, 0);
      }
    }
    return best;
  }

  /** The best of the places behind the answer's last run, if it is better than another. */
  private Place anywhere(TokenSequence answer, int from, Place other) {
    if (answer.emitted() < run) {
      return other;
    }
    int hash = TextLookup.hash(answer, run);
    int first = at(key(hash, 0));
    int next = at(key(hash, Math.max(0, from)));
    Place best = other;
    for (int i = 0; i < CANDIDATES; i++) {
      if (next == places.length || places[next] >> Integer.SIZE != hash) {
        next = first;
      }
      if (next == places.length || places[next] >> Integer.SIZE != hash) {
        break;
      }
      int place = (int) places[next];
      int agreement = agreement(place, answer);
      if (agreement >= run && agreement > best.agreement()) {
        best = new Place(place, agreement, 0);
      }
      next++;
    }
    return best;
  }

  private int at(long key) {
    int found = Arrays.binarySearch(places, key);
    return found < 0 ? -found - 1 : found;
  }
}
