package dev.deed.speech;

import java.util.Arrays;

/**
 * Finds where in a sound the tokens of its text begin, from the attention of heads that follow it:
 * each head's weights are normalised over the tokens and smoothed over the sound, their mean is a
 * matrix of likeness, and dynamic time warping (Sakoe and Chiba 1978) finds the best way through
 * it. As Transformers' {@code WhisperGenerationMixin} computes it. Belongs to one thread.
 */
final class TokenAlignment {
  private static final byte BOTH = 0;
  private static final byte TOKEN = 1;
  private static final byte STEP = 2;

  private final int tokens;
  private final int steps;
  private final int filter;

  /** Sum over the heads, [tokens, steps]. */
  private final float[] likeness;

  private int heads;

  /**
   * @param tokens 1 or more
   * @param steps of the encoder that the sound fills, 1 or more
   * @param filter steps of the median filter, odd
   */
  TokenAlignment(int tokens, int steps, int filter) {
    this.tokens = tokens;
    this.steps = steps;
    this.filter = filter;
    this.likeness = new float[Math.multiplyExact(tokens, steps)];
  }

  /**
   * Adds a head.
   *
   * @param weights [tokens, positions]
   * @param positions at least as many as there are steps
   */
  void add(float[] weights, int positions) {
    float[] normal = normalised(weights, positions);
    float[] window = new float[filter];
    for (int token = 0; token < tokens; token++) {
      for (int step = 0; step < steps; step++) {
        likeness[token * steps + step] += smoothed(normal, token * steps, step, window);
      }
    }
    heads++;
  }

  /** Each step's values less their mean, in units of their deviation; 0 where all are the same. */
  private float[] normalised(float[] weights, int positions) {
    float[] normal = new float[likeness.length];
    for (int step = 0; step < steps; step++) {
      double sum = 0;
      for (int token = 0; token < tokens; token++) {
        sum += weights[token * positions + step];
      }
      double mean = sum / tokens;
      double squares = 0;
      for (int token = 0; token < tokens; token++) {
        double apart = weights[token * positions + step] - mean;
        squares += apart * apart;
      }
      double deviation = Math.sqrt(squares / tokens);
      for (int token = 0; token < tokens && deviation > 0; token++) {
        normal[token * steps + step] =
            (float) ((weights[token * positions + step] - mean) / deviation);
      }
    }
    return normal;
  }

  /** The median around a step; beyond both ends stands what is seen in a mirror. */
  private float smoothed(float[] values, int row, int step, float[] window) {
    int side = filter / 2;
    if (steps <= side) {
      return values[row + step];
    }
    for (int i = 0; i < filter; i++) {
      int at = Math.abs(step - side + i);
      window[i] = values[row + (at < steps ? at : 2 * (steps - 1) - at)];
    }
    Arrays.sort(window);
    return window[side];
  }

  /** The step at which each token begins; none begins before the one in front of it. */
  int[] begins() {
    byte[] moves = moves();
    int[] begins = new int[tokens];
    int token = tokens;
    int step = steps;
    while (token > 0 && step > 0) {
      // Going backwards, the last that is written for a token is its first step.
      begins[token - 1] = step - 1;
      byte move = moves[(token - 1) * steps + step - 1];
      token -= move == STEP ? 0 : 1;
      step -= move == TOKEN ? 0 : 1;
    }
    return begins;
  }

  /** How the cheapest way reaches each pair of token and step, [tokens, steps]. */
  private byte[] moves() {
    byte[] moves = new byte[likeness.length];
    float[] above = new float[steps + 1];
    Arrays.fill(above, Float.POSITIVE_INFINITY);
    above[0] = 0;
    for (int token = 0; token < tokens; token++) {
      float[] costs = new float[steps + 1];
      costs[0] = Float.POSITIVE_INFINITY;
      for (int step = 0; step < steps; step++) {
        float both = above[step];
        float down = above[step + 1];
        float along = costs[step];
        int at = token * steps + step;
        moves[at] = both < down && both < along ? BOTH : down < both && down < along ? TOKEN : STEP;
        float before = moves[at] == BOTH ? both : moves[at] == TOKEN ? down : along;
        costs[step + 1] = (float) (before - (double) (likeness[at] / heads));
      }
      above = costs;
    }
    return moves;
  }
}
