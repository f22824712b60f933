package dev.deed.model.front;

import dev.deed.model.front.grid.GridBias;
import dev.deed.model.front.grid.GridResampling;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Patches with a bias of attention for each distance between two of them.
 *
 * @param shared of all layers; null for none
 * @param ofLayers one for each layer, or empty
 */
record RelativePatchFront(PatchFront patches, @Nullable GridBias shared, List<GridBias> ofLayers)
    implements Front {
  RelativePatchFront {
    ofLayers = List.copyOf(ofLayers);
  }

  static RelativePatchFront read(
      ParameterSource source, EncoderFront.RelativePatches spec, StackSpec stack) {
    List<GridBias> ofLayers = new ArrayList<>();
    for (int layer = 0; spec.layerBiases() && layer < stack.layers(); layer++) {
      ofLayers.add(bias(source, ParameterTable.layerBias(layer), spec, stack));
    }
    return new RelativePatchFront(
        PatchFront.read(source, spec.patches()),
        spec.sharedBias() ? bias(source, "encoder.shared_bias", spec, stack) : null,
        ofLayers);
  }

  private static GridBias bias(
      ParameterSource source, String name, EncoderFront.RelativePatches spec, StackSpec stack) {
    int heads = stack.attention().heads();
    int height = spec.gridHeight();
    int width = spec.gridWidth();
    float[] stored = source.tensor(name).toFloats();
    return GridBias.of(
        height,
        width,
        true,
        heads,
        height == width ? stored : GridResampling.turned(stored, heads, height, width));
  }

  @Override
  public Embedded embed(EncoderInput input, WorkerTeam team) {
    Embedded embedded = patches.embed(input, team);
    return new Embedded(embedded.hidden(), embedded.positions(), embedded.visible(), biases(team));
  }

  /** Expanded when they are asked for: all layers' at once would outweigh the model's weights. */
  private @Nullable LayerBias biases(WorkerTeam team) {
    if (ofLayers.isEmpty()) {
      if (shared == null) {
        return null;
      }
      AttentionBias one = shared.view(expanded(shared, team), 0);
      return layer -> one;
    }
    float[] common = shared == null ? null : expanded(shared, team);
    float[] buffer = new float[ofLayers.getFirst().expandedLength()];
    return layer -> {
      GridBias own = ofLayers.get(layer);
      own.expand(buffer, 0, team);
      if (common != null) {
        KernelChoice.kernels().add(buffer, 0, common, 0, buffer.length);
      }
      return own.view(buffer, 0);
    };
  }

  private static float[] expanded(GridBias bias, WorkerTeam team) {
    float[] values = new float[bias.expandedLength()];
    bias.expand(values, 0, team);
    return values;
  }
}
