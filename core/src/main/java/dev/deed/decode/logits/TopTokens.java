package dev.deed.decode.logits;

import dev.deed.tensor.LogitStatistics;
import dev.deed.value.Alternative;
import java.util.ArrayList;
import java.util.List;

/**
 * The best of the tokens that were offered: a heap whose root is the worst of them. Of equal scores
 * the lower token is the better. Tokens with a score of −∞ or NaN are never taken.
 */
public final class TopTokens {
  private final int[] tokens;
  private final double[] scores;
  private int size;

  /**
   * @param capacity how many tokens to keep, at least 1
   */
  public TopTokens(int capacity) {
    this.tokens = new int[capacity];
    this.scores = new double[capacity];
  }

  /** Takes a token if it is among the best so far. */
  public void offer(int token, double score) {
    if (!(score > Double.NEGATIVE_INFINITY)) {
      return;
    }
    if (size < tokens.length) {
      tokens[size] = token;
      scores[size] = score;
      rise(size++);
    } else if (worse(0, token, score)) {
      tokens[0] = token;
      scores[0] = score;
      sink(0, size);
    }
  }

  public int size() {
    return size;
  }

  /** The smallest score held, as it was offered as a float; −∞ when there is none. */
  float smallestScore() {
    return size == 0 ? Float.NEGATIVE_INFINITY : (float) scores[0];
  }

  /** Orders the tokens held, best first, for {@link #token} and {@link #score}; ends the offers. */
  public void sort() {
    for (int end = size - 1; end > 0; end--) {
      swap(0, end);
      sink(0, end);
    }
  }

  /** The token of place {@code index}, from 0, once sorted. */
  public int token(int index) {
    return tokens[index];
  }

  /** What the token of place {@code index} was offered with. */
  public double score(int index) {
    return scores[index];
  }

  /**
   * The tokens held with their probabilities, where they were offered with their logits.
   *
   * @param statistics of the distribution
   * @return most probable first, the lower token of equals, without texts; none where the
   *     statistics are no numbers
   */
  List<Alternative> alternatives(LogitStatistics statistics) {
    List<Alternative> alternatives = new ArrayList<>();
    if (statistics.isSound()) {
      sort();
      for (int i = 0; i < size; i++) {
        alternatives.add(
            new Alternative(tokens[i], "", statistics.logProbability((float) scores[i])));
      }
    }
    return List.copyOf(alternatives);
  }

  /** Whether what is at {@code index} is worse than this token. */
  private boolean worse(int index, int token, double score) {
    return scores[index] < score || (scores[index] == score && tokens[index] > token);
  }

  private void rise(int index) {
    int child = index;
    while (child > 0 && worse(child, tokens[(child - 1) / 2], scores[(child - 1) / 2])) {
      swap(child, (child - 1) / 2);
      child = (child - 1) / 2;
    }
  }

  private void sink(int index, int end) {
    int parent = index;
    for (int child = 2 * parent + 1; child < end; child = 2 * parent + 1) {
      if (child + 1 < end && worse(child + 1, tokens[child], scores[child])) {
        child++;
      }
      if (!worse(child, tokens[parent], scores[parent])) {
        return;
      }
      swap(parent, child);
      parent = child;
    }
  }

  private void swap(int a, int b) {
    int token = tokens[a];
    tokens[a] = tokens[b];
    tokens[b] = token;
    double score = scores[a];
    scores[a] = scores[b];
    scores[b] = score;
  }
}
