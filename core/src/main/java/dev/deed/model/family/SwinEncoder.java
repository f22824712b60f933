package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.front.WindowFront;
import dev.deed.model.front.grid.PatchMerging;
import dev.deed.model.front.grid.PatchProjection;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The Swin transformer of Donut (Kim et al. 2022, arXiv 2111.15664), without a norm at its end.
 * {@code image_size} is not read: it reads pictures of any size.
 */
final class SwinEncoder {
  static final String TYPE = "donut-swin";

  /** Most values of a layer's expanded bias, heads · window⁴: 64 MiB. */
  private static final long BIAS_VALUES = 1 << 24;

  private SwinEncoder() {}

  static TransformerSpec.Encoder encoder(Config config) {
    // The reference implementation fails with them: its table has a row too many.
    config.requireFlag("use_absolute_embeddings", false);
    List<Integer> patch = PictureKeys.pair(config, "patch_size", 4);
    int width = config.integer("embed_dim", 96, 1, Limits.WIDTH);
    int window = config.integer("window_size", 7, 1, Limits.PIXELS);
    List<Integer> depths =
        PictureKeys.list(config, "depths", List.of(2, 2, 6, 2), 1, Limits.LAYERS);
    List<Integer> heads =
        PictureKeys.list(config, "num_heads", List.of(3, 6, 12, 24), 1, Limits.HEADS);
    if (heads.size() != depths.size()) {
      throw config.wrong("num_heads", "must have one entry for each of depths, " + depths);
    }
    NormSpec norm =
        new NormSpec(NormSpec.Kind.LAYER, (float) config.number("layer_norm_eps", 1e-5));
    List<WindowFront.Stage> stages = new ArrayList<>();
    int stageWidth = width;
    for (int i = 0; i < depths.size(); i++) {
      boolean last = i == depths.size() - 1;
      config.require(
          stageWidth <= Limits.WIDTH, "embed_dim", "doubles to more than " + Limits.WIDTH);
      if (heads.get(i) * Math.pow(window, 4) > BIAS_VALUES) {
        throw config.wrong("window_size", "is more than DEED holds for " + heads.get(i) + " heads");
      }
      StackSpec stack =
          PictureKeys.stage(config, stageWidth, depths.get(i), heads.get(i), "hidden_act", norm);
      stages.add(new WindowFront.Stage(stack, !last));
      stageWidth *= last ? 1 : 2;
    }
    WindowFront front =
        new WindowFront(
            PictureKeys.channels(config), patch.getFirst(), patch.getLast(), width, window, stages);
    return new TransformerSpec.Encoder(
        front, new PositionSpec.None(), false, stages.getLast().stack().empty());
  }

  static Map<String, String> names() {
    Map<String, String> names = new HashMap<>();
    names.put(PatchProjection.NAME, "encoder.embeddings.patch_embeddings.projection");
    names.put(PatchProjection.NORM, "encoder.embeddings.norm");
    Names.Stack stage = Names.eachStage();
    Names.Layer canonical = stage.eachLayer();
    String layer = "encoder.encoder.layers.{}.blocks.{}";
    VitEncoder.layerNames(names, canonical, layer, "self");
    names.put(canonical.patchBias(), layer + ".attention.self.relative_position_bias_table");
    String merging = "encoder.encoder.layers.{}.downsample";
    names.put(PatchMerging.norm(stage), merging + ".norm");
    names.put(PatchMerging.projection(stage), merging + ".reduction");
    return names;
  }
}
