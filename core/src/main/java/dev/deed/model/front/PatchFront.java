package dev.deed.model.front;

import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.tensor.AttentionBias;
import dev.deed.tensor.ThreadPool;
import dev.deed.tensor.kernel.KernelChoice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Square patches through one linear projection, behind learned tokens: a class token (ViT,
 * Dosovitskiy et al. 2021, arXiv 2010.11929, section 3.1), for DeiT a distillation token too.
 * Attention may have a learned bias for each distance between two patches (BEiT, Bao et al. 2021,
 * arXiv 2106.08254).
 *
 * @param patch edge of a patch in pixels
 * @param distillationToken whether a second learned token follows the class token
 * @param layerBiases whether each layer has a table of biases of its own
 * @param sharedBias whether all layers share a table; where there are both, they add up
 */
public record PatchFront(
    int channels,
    int height,
    int width,
    int patch,
    boolean distillationToken,
    boolean layerBiases,
    boolean sharedBias)
    implements PictureFront {
  public static final String CLASS_TOKEN = "encoder.class_token";
  public static final String DISTILLATION_TOKEN = "encoder.distillation_token";

  /** Tensor of the table of biases that all layers share. */
  public static final String SHARED_BIAS = "encoder.shared_bias";

  public PatchFront(int channels, int height, int width, int patch, boolean distillationToken) {
    this(channels, height, width, patch, distillationToken, false, false);
  }

  public PatchFront withBiases(boolean ofLayers, boolean shared) {
    return new PatchFront(channels, height, width, patch, distillationToken, ofLayers, shared);
  }

  @Override
  public int gridHeight() {
    return height / patch;
  }

  @Override
  public int gridWidth() {
    return width / patch;
  }

  @Override
  public int positions() {
    return gridHeight() * gridWidth() + (distillationToken ? 2 : 1);
  }

  /** Tensor of a layer's own table. */
  private static String layerBias(int layer) {
    return Names.ENCODER.layer(layer).patchBias();
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    parameters.add(CLASS_TOKEN, Role.LEARNED_TOKEN, 1, 1, stack.width());
    if (distillationToken) {
      parameters.add(DISTILLATION_TOKEN, Role.LEARNED_TOKEN, 1, 1, stack.width());
    }
    PatchProjection.declare(parameters, stack.width(), channels, patch, patch);
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
    float[] tokens = source.tensor(CLASS_TOKEN).toFloats();
    if (distillationToken) {
      int width = tokens.length;
      tokens = Arrays.copyOf(tokens, 2 * width);
      source.tensor(DISTILLATION_TOKEN).read(0, tokens, width, width);
    }
    int heads = stack.attention().heads();
    List<GridBias> ofLayers = new ArrayList<>();
    for (int layer = 0; layerBiases && layer < stack.layers(); layer++) {
      ofLayers.add(bias(source, layerBias(layer), heads));
    }
    PatchProjection patches = PatchProjection.read(source, channels, height, width, patch);
    GridBias ofAll = sharedBias ? bias(source, SHARED_BIAS, heads) : null;
    float[] learned = tokens;
    return (input, pool) -> {
      float[] pixels = input.require(Part.PIXELS, channels, height, width).numbers();
      float[] hidden = new float[Math.multiplyExact(positions(), stack.width())];
      System.arraycopy(learned, 0, hidden, 0, learned.length);
      patches.apply(pixels, hidden, learned.length / stack.width(), pool);
      return new Embedded(hidden, positions(), positions(), biases(ofAll, ofLayers, pool));
    };
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
   * The biases of attention, expanded when they are asked for: all layers' at once would outweigh
   * the model's weights.
   *
   * @param shared bias of all layers; null for none
   * @param ofLayers one bias for each layer, or empty
   */
  private static @Nullable LayerBias biases(
      @Nullable GridBias shared, List<GridBias> ofLayers, ThreadPool pool) {
    if (ofLayers.isEmpty()) {
      if (shared == null) {
        return null;
      }
      AttentionBias one = shared.view(expanded(shared, pool), 0);
      return layer -> one;
    }
    float[] common = shared == null ? null : expanded(shared, pool);
    float[] buffer = new float[ofLayers.getFirst().expandedLength()];
    return layer -> {
      GridBias own = ofLayers.get(layer);
      own.expand(buffer, 0, pool);
      if (common != null) {
        KernelChoice.kernels().add(buffer, 0, common, 0, buffer.length);
      }
      return own.view(buffer, 0);
    };
  }

  private static float[] expanded(GridBias bias, ThreadPool pool) {
    float[] values = new float[bias.expandedLength()];
    bias.expand(values, 0, pool);
    return values;
  }
}
