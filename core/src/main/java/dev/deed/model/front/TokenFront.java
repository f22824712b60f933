package dev.deed.model.front;

import dev.deed.model.Norm;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;

/** Token ids through a table. */
record TokenFront(EncoderFront.Tokens spec, WeightMatrix table) implements Front {
  @Override
  public Embedded embed(EncoderInput input, WorkerTeam team) {
    int[] ids = input.tokens(spec.vocabulary());
    int width = table.inputs();
    float[] hidden = new float[Math.multiplyExact(ids.length, width)];
    team.share(
        ids.length,
        Norm.leastRows(width),
        (first, end) -> {
          for (int i = first; i < end; i++) {
            table.copyRow(ids[i], hidden, i * width);
          }
          KernelChoice.kernels().scale(hidden, first * width, (end - first) * width, spec.scale());
        });
    return Embedded.of(hidden, width);
  }
}
