package dev.deed.model;

import dev.deed.model.spec.LayerKind;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.ThreadPool;
import java.util.List;

/** One layer of an encoder by itself. */
public final class LayerRun {
  private LayerRun() {}

  /** Reads layer {@code index} and runs it over the rows of one input, in place. */
  public static void of(
      ParameterSource source,
      int index,
      StackSpec stack,
      float[] hidden,
      EncoderLayer.Rows rows,
      ThreadPool pool) {
    EncoderLayer layer =
        EncoderLayer.read(source, Names.ENCODER.layer(index), stack, LayerKind.PLAIN, null);
    EncoderLayerPass pass = new EncoderLayerPass(layer, hidden, List.of(rows), new Workspace());
    while (pass.advance(Integer.MAX_VALUE, pool)) {}
  }
}
