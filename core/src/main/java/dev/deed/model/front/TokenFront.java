package dev.deed.model.front;

import dev.deed.model.Norm;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.kernel.KernelChoice;
import java.util.Set;

/**
 * Token ids through the encoder's table.
 *
 * @param vocabulary rows of the table
 * @param scale factor of the looked-up row
 */
public record TokenFront(int vocabulary, float scale) implements EncoderFront {
  @Override
  public Set<Part> reads() {
    return Set.of(Part.TOKENS);
  }

  /** The table is the stack's or the decoder's. */
  @Override
  public void declare(ParameterList parameters, StackSpec stack) {}

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    return (input, pool) -> embed(input.tokens(vocabulary), shared.tokens(), pool);
  }

  private Embedded embed(int[] ids, WeightMatrix table, ThreadPool pool) {
    int width = table.inputs();
    float[] hidden = new float[Math.multiplyExact(ids.length, width)];
    pool.share(
        ids.length,
        Norm.leastRows(width),
        (first, end) -> {
          for (int i = first; i < end; i++) {
            table.copyRow(ids[i], hidden, i * width);
          }
          KernelChoice.kernels().scale(hidden, first * width, (end - first) * width, scale);
        });
    return Embedded.of(hidden, width);
  }
}
