package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.front.grid.ResNetSpec;
import dev.deed.model.spec.Activations;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * OFA (Wang et al. 2022, arXiv 2202.03052), as {@code OFAModel} of the project's own port of
 * Transformers stores it. What only generates image codes is left aside.
 */
final class OfaFamily implements ModelFamily {
  private static final float EPSILON = 1e-5f;

  /** Rows of the position tables that no position uses. */
  private static final int SPARE_POSITIONS = 2;

  /** The port's attention has this factor, whatever {@code attn_scale_factor} says. */
  private static final int ATTENTION_SCALE_FACTOR = 2;

  private static final int STEM = 64;
  private static final List<Integer> PLANES = List.of(64, 128, 256);

  /** The smaller two are made of bottlenecks too. */
  private static final Map<String, List<Integer>> BLOCKS =
      Map.of(
          "resnet18", List.of(2, 2, 2),
          "resnet34", List.of(3, 4, 6),
          "resnet50", List.of(3, 4, 6),
          "resnet101", List.of(3, 4, 23),
          "resnet152", List.of(3, 8, 36));

  @Override
  public Set<String> modelTypes() {
    return Set.of("ofa");
  }

  @Override
  public ModelDescription read(Config config) {
    // The port's decoder fails on the first, its pictures know no second.
    config.requireFlag("entangle_position_embedding", false);
    config.requireFlag("interpolate_position", false);
    int width = config.integer("d_model", 1, Limits.WIDTH);
    int vocabulary = config.integer("vocab_size", 1, Limits.VOCABULARY);
    float scale = config.flag("scale_embedding", false) ? (float) Math.sqrt(width) : 1f;
    boolean embeddingNorm = config.flag("layernorm_embedding", true);
    int padding = config.integer("pad_token_id", 1, 0, vocabulary - 1);
    StackSpec encoder = stack(config, "encoder", width);
    StackSpec decoder = stack(config, "decoder", width);
    ResNetSpec resNet = resNet(config);
    int grid = config.integer("image_bucket_size", 42, 1, Limits.PIXELS / 16);
    checkPictureSize(config, resNet, grid);
    EncoderFront front =
        new EncoderFront.ResNetAndTokens(
            vocabulary,
            scale,
            padding,
            positions(config, encoder),
            resNet,
            grid,
            config.flag("add_type_embedding", true),
            embeddingNorm,
            config.flag("patch_layernorm_embedding", true));
    TransformerSpec.Head head =
        new TransformerSpec.Head(config.flag("share_decoder_input_output_embed", true), 1f, false);
    return new ModelDescription(
        "OFA",
        new TransformerSpec(
            new TransformerSpec.Encoder(front, new PositionSpec.None(), false, encoder),
            new TransformerSpec.Decoder(
                vocabulary,
                scale,
                positions(config, decoder),
                embeddingNorm,
                decoder,
                width,
                false,
                head),
            null),
        names(resNet, head),
        tokens(config, vocabulary, padding));
  }

  private static StackSpec stack(Config config, String side, int width) {
    int heads = config.integer(side + "_attention_heads", 1, Limits.HEADS);
    if (width % heads != 0) {
      throw config.wrong(side + "_attention_heads", "must divide d_model, " + width);
    }
    boolean normformer = config.flag("normformer", true);
    boolean preNorm = config.flag(side + "_normalize_before", true);
    return new StackSpec(
        config.integer(side + "_layers", 1, Limits.LAYERS),
        width,
        new AttentionSpec(
            heads,
            width / heads,
            (float) Math.pow(ATTENTION_SCALE_FACTOR * (width / heads), -0.5),
            AttentionSpec.Biases.everywhere(true),
            true,
            normformer),
        new FeedForwardSpec(
            config.integer(side + "_ffn_dim", 1, Limits.WIDTH),
            Activations.read(config, "activation_function", "gelu"),
            false,
            true,
            normformer),
        new NormSpec(NormSpec.Kind.LAYER, EPSILON),
        preNorm,
        preNorm);
  }

  private static PositionSpec.Untied positions(Config config, StackSpec stack) {
    int positions = config.integer("max_position_embeddings", 1, Limits.POSITIONS);
    double factor = config.number("attn_scale_factor", 2);
    if (!(factor > 0) || Double.isInfinite(factor)) {
      throw config.wrong("attn_scale_factor", "must be above 0");
    }
    return new PositionSpec.Untied(
        Math.min(positions, PositionSpec.Untied.FARTHEST + 1),
        positions + SPARE_POSITIONS,
        config.integer("token_bucket_size", 256, 2, Limits.POSITIONS),
        (float) Math.pow(stack.attention().headWidth() * factor, -0.5));
  }

  /** A key of ours: the side of the square that pictures are squeezed to, which the port lacks. */
  private static void checkPictureSize(Config config, ResNetSpec resNet, int grid) {
    if (config.has("patch_image_size")) {
      int side = config.integer("patch_image_size", 1, Limits.PIXELS);
      if (resNet.grid(side) > grid) {
        throw config.wrong(
            "patch_image_size", "gives more patches a row than image_bucket_size, " + grid);
      }
    }
  }

  /**
   * By {@code resnet_type}; a narrow one of ours states {@code resnet_stem}, {@code resnet_planes}
   * and {@code resnet_blocks} in its place.
   */
  private static ResNetSpec resNet(Config config) {
    List<Integer> blocks = config.integers("resnet_blocks", 1, Limits.LAYERS);
    if (blocks.isEmpty()) {
      String type = config.text("resnet_type", "resnet101");
      if (!BLOCKS.containsKey(type)) {
        throw config.wrong(
            "resnet_type", "must be one of " + BLOCKS.keySet().stream().sorted().toList());
      }
      blocks = BLOCKS.get(type);
    }
    List<Integer> planes = config.integers("resnet_planes", 1, Limits.WIDTH / 4);
    if (planes.isEmpty()) {
      planes = PLANES;
    }
    if (blocks.size() != PLANES.size()) {
      throw config.wrong("resnet_blocks", "must be three numbers, one for each stage");
    }
    if (planes.size() != PLANES.size()) {
      throw config.wrong("resnet_planes", "must be three numbers, one for each stage");
    }
    List<ResNetSpec.Stage> stages = new ArrayList<>();
    for (int i = 0; i < PLANES.size(); i++) {
      stages.add(new ResNetSpec.Stage(planes.get(i), blocks.get(i)));
    }
    return new ResNetSpec(config.integer("resnet_stem", STEM, 1, Limits.WIDTH), stages, EPSILON);
  }

  /** The port starts its decoder with {@code bos_token_id}, whatever the start is said to be. */
  private static ModelDescription.SpecialTokens tokens(Config config, int vocabulary, int padding) {
    List<Integer> ends = config.integers("eos_token_id", 0, vocabulary - 1);
    return new ModelDescription.SpecialTokens(
        config.integer("bos_token_id", 0, 0, vocabulary - 1),
        ends.isEmpty() ? List.of(2) : ends,
        padding);
  }

  private static NameTable names(ResNetSpec resNet, TransformerSpec.Head head) {
    Map<String, String> names = new HashMap<>();
    names.put("decoder.embedding", "decoder.embed_tokens");
    names.put("head", "decoder.output_projection");
    names.put("encoder.types", "encoder.type_embedding");
    names.put("encoder.patches", "encoder.image_proj");
    names.put("encoder.patch_norm", "encoder.patch_layernorm_embedding");
    names.put("encoder.patch_positions", "encoder.embed_image_positions");
    names.put("encoder.patch_position_norm", "encoder.image_pos_ln");
    names.put("encoder.patch_relative_bias.{}", "encoder.image_rel_pos_table_list.{}");
    names.put("encoder.position_query", "encoder.pos_q_linear");
    names.put("encoder.position_key", "encoder.pos_k_linear");
    for (String kind : List.of("self", "cross")) {
      names.put("decoder.position_" + kind + "_query", "decoder." + kind + "_pos_q_linear");
      names.put("decoder.position_" + kind + "_key", "decoder." + kind + "_pos_k_linear");
    }
    sideNames(names, "encoder", List.of("self"));
    sideNames(names, "decoder", List.of("self", "cross"));
    resNetNames(names, resNet);
    // One table under two names, the decoder's read last by the port.
    List<String> tables = new ArrayList<>(List.of("decoder.embed_tokens", "encoder.embed_tokens"));
    if (head.tied()) {
      tables.add("decoder.output_projection");
    }
    return new NameTable(names, Map.of("decoder.embedding", tables));
  }

  private static void sideNames(Map<String, String> names, String side, List<String> attentions) {
    names.put(side + ".embedding_norm", side + ".layernorm_embedding");
    names.put(side + ".positions", side + ".embed_positions");
    names.put(side + ".position_norm", side + ".pos_ln");
    names.put(side + ".relative_bias.{}", side + ".token_rel_pos_table_list.{}");
    names.put(side + ".norm", side + ".layer_norm");
    String layer = side + ".layers.{}.";
    for (String kind : attentions) {
      String module = layer + kind + "_attn";
      names.put(layer + kind + ".query", module + ".q_proj");
      names.put(layer + kind + ".key", module + ".k_proj");
      names.put(layer + kind + ".value", module + ".v_proj");
      names.put(layer + kind + ".output", module + ".out_proj");
      names.put(layer + kind + ".head_scales", module + ".c_attn");
      names.put(layer + kind + ".output_norm", module + "_mid_layer_norm");
      names.put(layer + kind + "_norm", module + "_layer_norm");
    }
    names.put(layer + "feed_forward.in", layer + "fc1");
    names.put(layer + "feed_forward.inner_norm", layer + "ffn_layer_norm");
    names.put(layer + "feed_forward.out", layer + "fc2");
    names.put(layer + "feed_forward_norm", layer + "final_layer_norm");
  }

  private static void resNetNames(Map<String, String> names, ResNetSpec resNet) {
    String module = "encoder.embed_images.";
    names.put("encoder.resnet.stem.convolution", module + "conv1");
    names.put("encoder.resnet.stem.norm", module + "bn1");
    for (int stage = 0; stage < resNet.stages().size(); stage++) {
      String canonical = "encoder.resnet.stage" + stage + ".{}.";
      String block = module + "layer" + (stage + 1) + ".{}.";
      List<String> convolutions = List.of("reduce", "spatial", "expand");
      for (int i = 0; i < convolutions.size(); i++) {
        names.put(canonical + convolutions.get(i) + ".convolution", block + "conv" + (i + 1));
        names.put(canonical + convolutions.get(i) + ".norm", block + "bn" + (i + 1));
      }
      names.put(canonical + "shortcut.convolution", block + "downsample.0");
      names.put(canonical + "shortcut.norm", block + "downsample.1");
    }
  }
}
