package dev.deed.model.front;

import dev.deed.model.front.grid.GridBias;
import dev.deed.model.front.grid.GridResampling;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.WorkerTeam;
import dev.deed.tensor.choice.KernelChoice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Patches whose attention has a learned bias for each distance between two of them (BEiT, Bao et
 * al. 2021, arXiv 2106.08254).
 *
 * @param patches how they are embedded
 * @param layerBiases whether each layer has a table of its own
 * @param sharedBias whether all layers share a table; where there are both, they add up
 */
public record RelativePatchFront(PatchFront patches, boolean layerBiases, boolean sharedBias)
    implements PictureFront {
  /** Tensor of the table that all layers share. */
  public static final String SHARED_BIAS = "encoder.shared_bias";

  @Override
  public int channels() {
    return patches.channels();
  }

  @Override
  public int height() {
    return patches.height();
  }

  @Override
  public int width() {
    return patches.width();
  }

  @Override
  public int gridHeight() {
    return patches.gridHeight();
  }

  @Override
  public int gridWidth() {
    return patches.gridWidth();
  }

  @Override
  public int positions() {
    return patches.positions();
  }

  /** Tensor of a layer's own table. */
  private static String layerBias(int layer) {
    return Names.ENCODER.layer(layer).patchBias();
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    patches.declare(parameters, stack);
    int rows = GridBias.rows(gridHeight(), gridWidth(), true);
    int heads = stack.attention().heads();
    if (sharedBias) {
      parameters.add(SHARED_BIAS, Role.RELATIVE_BIAS, rows, heads);
    }
    for (int layer = 0; layerBiases && layer < stack.layers(); layer++) {
      parameters.add(layerBias(layer), Role.RELATIVE_BIAS, rows, heads);
    }
  }

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    int heads = stack.attention().heads();
    List<GridBias> ofLayers = new ArrayList<>();
    for (int layer = 0; layerBiases && layer < stack.layers(); layer++) {
      ofLayers.add(bias(source, layerBias(layer), heads));
    }
    return new Packed(
        patches.read(source, stack, shared),
        sharedBias ? bias(source, SHARED_BIAS, heads) : null,
        ofLayers);
  }

  private GridBias bias(ParameterSource source, String name, int heads) {
    int height = gridHeight();
    int width = gridWidth();
    float[] stored = source.tensor(name).toFloats();
    return GridBias.of(
        height,
        width,
        true,
        heads,
        height == width ? stored : GridResampling.turned(stored, heads, height, width));
  }

  /**
   * @param shared of all layers; null for none
   * @param ofLayers one for each layer, or empty
   */
  private record Packed(Weights patches, @Nullable GridBias shared, List<GridBias> ofLayers)
      implements Weights {
    Packed {
      ofLayers = List.copyOf(ofLayers);
    }

    @Override
    public Embedded embed(EncoderInput input, WorkerTeam team) {
      Embedded embedded = patches.embed(input, team);
      return new Embedded(
          embedded.hidden(), embedded.positions(), embedded.visible(), biases(team));
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
}
