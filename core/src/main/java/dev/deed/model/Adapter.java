package dev.deed.model;

import dev.deed.model.Workspace.Purpose;
import dev.deed.model.spec.ExitSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.tensor.Activation;
import dev.deed.tensor.Kernels;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A residual bottleneck between a layer and the shared head: {@code h + up(act(down(h)))}.
 * Immutable and safe for use from many threads.
 */
record Adapter(Activation activation, Linear down, Linear up) {
  /** The adapters of a model, by the layer that each is for; none for a plain model. */
  static Map<Integer, Adapter> readAll(@Nullable ExitSpec exits, ParameterSource source) {
    Map<Integer, Adapter> adapters = new HashMap<>();
    if (exits != null) {
      for (int layer : exits.layers()) {
        if (exits.hasAdapter(layer)) {
          Names.Adapter names = Names.adapter(layer);
          adapters.put(
              layer,
              new Adapter(
                  exits.adapterActivation(),
                  Linear.read(source, names.down(), true),
                  Linear.read(source, names.up(), true)));
        }
      }
    }
    return Map.copyOf(adapters);
  }

  /**
   * Adapts raw outputs of its layer.
   *
   * @param hidden [rows, width], unchanged
   * @param adapted receives [rows, width]
   */
  void apply(float[] hidden, int rows, float[] adapted, Workspace workspace, ThreadPool pool) {
    Kernels kernels = KernelChoice.kernels();
    int size = rows * down.outputs();
    float[] inner = workspace.get(Purpose.ADAPTER, size);
    down.apply(hidden, rows, inner, pool);
    kernels.activate(activation, inner, 0, size);
    up.apply(inner, rows, adapted, pool);
    kernels.add(adapted, 0, hidden, 0, rows * up.outputs());
  }
}
