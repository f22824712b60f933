package dev.deed.model;

import dev.deed.checkpoint.Tensor;
import dev.deed.model.Workspace.Purpose;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.FloatRows;
import dev.deed.tensor.RowSource;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * The generation head, which all exits share. Immutable and safe for use from many threads.
 *
 * @param weights [tokens, width]
 * @param bias [tokens]; null for none
 * @param cap logits are {@code cap · tanh(logit / cap)}; 0 for none
 * @param tokens what the rows stand for, ascending; null: token i in row i
 * @param vocabulary number of logits
 * @param screen finds the largest logit faster; null for nothing that does
 * @param ofDrafts says which tokens a draft may be; null for nothing that does
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record GenerationHead(
    WeightMatrix weights,
    float @Nullable [] bias,
    float cap,
    int @Nullable [] tokens,
    int vocabulary,
    @Nullable TwoStageHead screen,
    @Nullable LowRankHead ofDrafts) {
  /** Logits whose caps are worth another thread's while. */
  private static final int SHARED_LOGITS = 16 * 1024;

  /**
   * @param embedding the decoder's, which a tied head is
   */
  static GenerationHead read(
      ParameterSource source, TransformerSpec.Decoder spec, WeightMatrix embedding) {
    WeightMatrix weights = spec.head().tied() ? embedding : matrix(source, Names.HEAD);
    float[] bias = source.bias(Names.HEAD, spec.head().bias());
    return new GenerationHead(
        weights,
        bias,
        spec.head().cap(),
        null,
        spec.vocabulary(),
        TwoStageHead.ofTokens(weights, source.memory()),
        null);
  }

  static WeightMatrix matrix(ParameterSource source, String name) {
    Tensor tensor = source.tensor(Names.weight(name));
    int inputs = tensor.shape().getLast();
    return source.pack(Linear.rows(tensor, inputs), tensor.shape().getFirst(), inputs);
  }

  /** Whether a narrow copy of it makes drafts cheaper: it is wide, and held in more than bytes. */
  public boolean isLarge() {
    return TwoStageHead.pays(weights);
  }

  /** With a copy of the weights that every step asks, those that want a token alone, or none. */
  GenerationHead screened(TwoStageHead.Use use, Arena memory) {
    TwoStageHead copy = use == TwoStageHead.Use.NONE ? null : TwoStageHead.of(weights, use, memory);
    return new GenerationHead(weights, bias, cap, tokens, vocabulary, copy, null);
  }

  /**
   * With the rows of these tokens alone, as the source holds them.
   *
   * @throws IllegalArgumentException when there are none, or one is not in the vocabulary
   */
  GenerationHead restricted(ParameterSource source, String name, SortedSet<Integer> kept) {
    if (kept.isEmpty() || kept.first() < 0 || kept.last() >= vocabulary) {
      throw new IllegalArgumentException(
          "a head of %d tokens cannot keep %s".formatted(vocabulary, kept));
    }
    int[] ids = kept.stream().mapToInt(Integer::intValue).toArray();
    Tensor tensor = source.tensor(Names.weight(name));
    int inputs = weights.inputs();
    RowSource rows =
        (first, count, target) -> {
          for (int i = 0; i < count; i++) {
            tensor.read((long) ids[first + i] * inputs, target, i * inputs, inputs);
          }
        };
    WeightMatrix packed = source.pack(rows, ids.length, inputs);
    return new GenerationHead(
        packed, bias == null ? null : values(bias, ids), cap, ids, vocabulary, null, null);
  }

  /** Caps logits [rows, count], where there is a cap. */
  public void cap(float[] logits, int rows, int count, ThreadPool pool) {
    if (cap != 0) {
      pool.share(
          Math.multiplyExact(rows, count),
          SHARED_LOGITS,
          (from, end) -> KernelChoice.kernels().softCap(logits, from, end - from, cap));
    }
  }

  private static float[] values(float[] all, int[] places) {
    float[] values = new float[places.length];
    for (int i = 0; i < places.length; i++) {
      values[i] = all[places[i]];
    }
    return values;
  }

  /**
   * One logit: the bits of {@link #apply}.
   *
   * @param token one that the head keeps
   * @param x what {@link Decoder#exitHidden} gave, of which a row begins at {@code from}
   */
  public float logit(int token, float[] x, int from) {
    int row = tokens == null ? token : Arrays.binarySearch(tokens, token);
    float product = weights.multiply(row, x, from);
    float logit = bias == null ? product : product + bias[row];
    return cap == 0 ? logit : KernelChoice.kernels().capped(logit, cap);
  }

  /**
   * Logits of rows; −∞ for tokens that it does not keep.
   *
   * @param x what {@link Decoder#exitHidden} gave, [rows, width]
   * @param logits receives [rows, vocabulary]
   */
  public void apply(float[] x, int rows, float[] logits, Workspace workspace, ThreadPool pool) {
    FloatRows hidden = FloatRows.of(x, weights.inputs(), rows);
    int[] kept = tokens;
    if (kept == null) {
      weights.multiply(hidden, bias, FloatRows.of(logits, vocabulary, rows), pool);
      cap(logits, rows, vocabulary, pool);
      return;
    }
    float[] own = workspace.get(Purpose.HEAD, Math.multiplyExact(rows, kept.length));
    weights.multiply(hidden, bias, FloatRows.of(own, kept.length, rows), pool);
    cap(own, rows, kept.length, pool);
    Arrays.fill(logits, 0, rows * vocabulary, Float.NEGATIVE_INFINITY);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < kept.length; i++) {
        logits[row * vocabulary + kept[i]] = own[row * kept.length + i];
      }
    }
  }
}
