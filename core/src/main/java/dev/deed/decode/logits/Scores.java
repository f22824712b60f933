package dev.deed.decode.logits;

import dev.deed.tensor.LogitStatistics;
import dev.deed.tensor.kernel.KernelChoice;
import dev.deed.value.Alternative;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Scores of one row's next token: logits, or log-probabilities in beam search. A row that nothing
 * changes is read where it lies; the first change copies it. One object serves row after row, so
 * its buffers are taken once. Belongs to one thread.
 */
public final class Scores {
  private final int size;
  private float[] logits = new float[0];
  private int offset;

  /** What is taken from a logit for its score: ln Σ exp(logit) for log-probabilities, else 0. */
  private double shift;

  private @Nullable LogitStatistics rawStatistics;
  private @Nullable LogitStatistics statistics;
  private float[] own = new float[0];
  private boolean changed;
  private long[] scratch = new long[0];

  /**
   * @param size of the vocabulary
   */
  public Scores(int size) {
    this.size = size;
  }

  /**
   * Turns to a row.
   *
   * @param logits [vocabulary] from {@code offset} on; never changed here
   * @param normalised whether scores are log-softmax(logits) instead of the logits
   */
  public void begin(float[] logits, int offset, boolean normalised) {
    LogitStatistics raw = KernelChoice.kernels().statistics(logits, offset, size);
    this.logits = logits;
    this.offset = offset;
    this.shift = normalised ? raw.logSumExp() : 0;
    this.rawStatistics = raw;
    this.statistics = raw;
    this.changed = false;
  }

  /**
   * Turns to a row whose logits are near the true ones. It has no statistics before {@link
   * #settle}.
   *
   * @param near [vocabulary] from {@code from} on; never changed here
   */
  public void beginScreened(float[] near, int from) {
    System.arraycopy(near, from, change(), 0, size);
    logits = own;
    offset = 0;
    shift = 0;
    rawStatistics = null;
  }

  /** States what is known of the scores' softmax; the largest score is now the true one. */
  public void settle(LogitStatistics settled) {
    rawStatistics = settled;
    statistics = settled;
  }

  public int size() {
    return size;
  }

  public float get(int token) {
    return changed ? own[token] : unchanged(token);
  }

  public void set(int token, float score) {
    array()[token] = score;
  }

  /** Makes a token impossible: its score becomes −∞. */
  public void ban(int token) {
    set(token, Float.NEGATIVE_INFINITY);
  }

  /** Makes all tokens but these impossible; theirs becomes 0. */
  public void allowOnly(Collection<Integer> tokens) {
    Arrays.fill(change(), Float.NEGATIVE_INFINITY);
    tokens.forEach(token -> own[token] = 0);
  }

  /**
   * Bans all tokens but these. Where they have all been banned before, they have the scores of
   * their logits again.
   *
   * @param allowed a bit for each token, the lowest of the first word for token 0
   */
  public void keepOnly(long[] allowed) {
    if (changed && !keepsAny(allowed)) {
      changed = false;
    }
    boolean fresh = !changed;
    float[] scores = change();
    for (int word = 0; word < allowed.length; word++) {
      int from = word << 6;
      int to = Math.min(size, from + 64);
      if (allowed[word] == 0) {
        Arrays.fill(scores, from, to, Float.NEGATIVE_INFINITY);
        continue;
      }
      for (int token = from; token < to; token++) {
        if ((allowed[word] >>> token & 1) == 0) {
          scores[token] = Float.NEGATIVE_INFINITY;
        } else if (fresh) {
          scores[token] = unchanged(token);
        }
      }
    }
  }

  private boolean keepsAny(long[] allowed) {
    for (int token = 0; token < size; token++) {
      if ((allowed[token >> 6] >>> token & 1) != 0 && own[token] > Float.NEGATIVE_INFINITY) {
        return true;
      }
    }
    return false;
  }

  /**
   * Bans tokens less probable than a limit, but never the {@code keep} most probable.
   *
   * @param logProbability natural logarithm of the limit
   */
  void banBelow(double logProbability, int keep) {
    double least = logSum() + logProbability;
    float kept = largest(keep).smallestScore();
    for (int token = 0; token < size; token++) {
      float score = get(token);
      if (score < least && score < kept) {
        ban(token);
      }
    }
  }

  /** The {@code count} tokens of the largest scores, as far as these are above −∞. */
  public TopTokens largest(int count) {
    TopTokens top = new TopTokens(Math.min(count, size));
    for (int token = 0; token < size; token++) {
      top.offer(token, get(token));
    }
    return top;
  }

  /** All scores, for changes to many of them. */
  public float[] array() {
    if (changed) {
      statistics = null;
      return own;
    }
    change();
    for (int token = 0; token < size; token++) {
      own[token] = unchanged(token);
    }
    return own;
  }

  /** The row's own scores, which are about to be written. */
  private float[] change() {
    if (own.length == 0) {
      own = new float[size];
    }
    changed = true;
    statistics = null;
    return own;
  }

  /** ln Σ exp(score) of the scores as they are now; 0 for log-probabilities. */
  public double logSum() {
    return statistics().logSumExp() - (changed ? 0 : shift);
  }

  /**
   * Statistics of the softmax of the scores as they are now. Logits and their log-probabilities
   * have the same: as long as nothing was changed these are the logits' own, to the last bit.
   */
  public LogitStatistics statistics() {
    LogitStatistics current = statistics;
    if (current == null) {
      current = KernelChoice.kernels().statistics(own, 0, size);
      statistics = current;
    }
    return current;
  }

  /** Natural logarithm of the softmax probability of a token's logit, before any change. */
  public double logProbability(int token) {
    return rawStatistics().logProbability(logits[offset + token]);
  }

  /** Statistics of the row before any change, or what was {@linkplain #settle settled} of it. */
  public LogitStatistics rawStatistics() {
    LogitStatistics raw = rawStatistics;
    if (raw == null) {
      throw new IllegalStateException("there is no row yet");
    }
    return raw;
  }

  /**
   * The most probable tokens before any change. The row must not be a screened one, most of whose
   * logits are only near the true ones.
   *
   * @param count of tokens, at least 1
   */
  public List<Alternative> alternatives(int count) {
    TopTokens top = new TopTokens(Math.min(count, size));
    for (int token = 0; token < size; token++) {
      top.offer(token, logits[offset + token]);
    }
    return top.alternatives(rawStatistics());
  }

  /**
   * The largest scores as probabilities of a distribution that is known.
   *
   * @param count of tokens, at least 1
   * @param known statistics of a row that was {@linkplain #settle settled} with these logits
   */
  public List<Alternative> alternatives(int count, LogitStatistics known) {
    return largest(count).alternatives(known);
  }

  /** Memory for sorting, of at least {@link #size} values with leftovers in it. */
  long[] scratch() {
    if (scratch.length == 0) {
      scratch = new long[size];
    }
    return scratch;
  }

  private float unchanged(int token) {
    return (float) (logits[offset + token] - shift);
  }
}
