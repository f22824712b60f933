package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.front.PatchProjection;
import dev.deed.model.front.ResNet;
import dev.deed.model.front.ResNetSpec;
import dev.deed.model.front.ResNetTokenFront;
import dev.deed.model.front.ResidualStage;
import dev.deed.model.spec.Activations;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.FeedForwardSpec;
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
  public ModelDescription read(Config config) {
    // The port's decoder fails on the first, its pictures know no second.
    config.requireFlag("entangle_position_embedding", false);
    config.requireFlag("interpolate_position", false);
    int width = BartStacks.width(config);
    int vocabulary = BartStacks.vocabulary(config);
    float scale = config.flag("scale_embedding", false) ? (float) Math.sqrt(width) : 1f;
    boolean embeddingNorm = config.flag("layernorm_embedding", true);
    int padding = config.integer("pad_token_id", 1, 0, vocabulary - 1);
    StackSpec encoder = stack(config, "encoder", width);
    StackSpec decoder = stack(config, "decoder", width);
    ResNetSpec resNet = resNet(config);
    int grid = config.integer("image_bucket_size", 42, 1, Limits.PIXELS / 16);
    ModelDescription.Square square = square(config, resNet, grid);
    EncoderFront front =
        new ResNetTokenFront(
            vocabulary,
            scale,
            padding,
            positions(config, encoder),
            resNet,
            grid,
            new ResNetTokenFront.RowEmbedding(
                config.flag("add_type_embedding", true),
                embeddingNorm,
                config.flag("patch_layernorm_embedding", true)));
    TransformerSpec.Head head =
        new TransformerSpec.Head(config.flag("share_decoder_input_output_embed", true), 1f, false);
    return new ModelDescription(
        "OFA",
        new TransformerSpec(
            new TransformerSpec.Encoder(front, new PositionSpec.None(), false, encoder),
            new TransformerSpec.Decoder(
                new TransformerSpec.Embedding(vocabulary, scale, embeddingNorm),
                positions(config, decoder),
                decoder,
                width,
                false,
                head),
            null),
        names(resNet, head),
        tokens(config, vocabulary, padding),
        Map.of(),
        new ModelDescription.Inputs(false, square, false));
  }

  private static StackSpec stack(Config config, String side, int width) {
    int heads = BartStacks.heads(config, side, width);
    boolean normformer = config.flag("normformer", true);
    boolean preNorm = config.flag(side + "_normalize_before", true);
    return new StackSpec(
        config.integer(side + "_layers", 1, Limits.LAYERS),
        width,
        new AttentionSpec(
            heads,
            heads,
            width / heads,
            (float) StrictMath.pow(ATTENTION_SCALE_FACTOR * (width / heads), -0.5),
            0,
            AttentionSpec.Biases.everywhere(true),
            true,
            false,
            normformer),
        new FeedForwardSpec(
            config.integer(side + "_ffn_dim", 1, Limits.WIDTH),
            Activations.read(config, "activation_function", "gelu"),
            false,
            true,
            normformer,
            false,
            false),
        new NormSpec(NormSpec.Kind.LAYER, EPSILON),
        preNorm,
        preNorm);
  }

  private static PositionSpec.Untied positions(Config config, StackSpec stack) {
    int positions = config.integer("max_position_embeddings", 1, Limits.POSITIONS);
    double factor = config.number("attn_scale_factor", 2);
    config.require(
        factor > 0 && !Double.isInfinite(factor), "attn_scale_factor", "must be above 0");
    return new PositionSpec.Untied(
        Math.min(positions, PositionSpec.Untied.FARTHEST + 1),
        positions + SPARE_POSITIONS,
        config.integer("token_bucket_size", 256, 2, Limits.POSITIONS),
        (float) StrictMath.pow(stack.attention().headWidth() * factor, -0.5));
  }

  /** By a key of ours, which the port lacks. */
  private static ModelDescription.Square square(Config config, ResNetSpec resNet, int grid) {
    String key = "patch_image_size";
    int side = config.has(key) ? config.integer(key, 1, Limits.PIXELS) : 0;
    config.require(
        resNet.grid(side) <= grid, key, "gives more patches a row than image_bucket_size, " + grid);
    return new ModelDescription.Square(
        key, side, "480 (captions), 384 (before fine-tuning) or 256 (tiny)");
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
    List<Integer> planes = PictureKeys.list(config, "resnet_planes", PLANES, 1, Limits.WIDTH / 4);
    if (blocks.size() != PLANES.size() || planes.size() != PLANES.size()) {
      throw config.wrong(
          blocks.size() == PLANES.size() ? "resnet_planes" : "resnet_blocks",
          "must be three numbers, one for each stage");
    }
    List<ResNetSpec.Stage> stages = new ArrayList<>();
    for (int i = 0; i < PLANES.size(); i++) {
      stages.add(new ResNetSpec.Stage(planes.get(i), blocks.get(i)));
    }
    return new ResNetSpec(
        config.integer("resnet_stem", STEM, 1, Limits.WIDTH),
        ResidualStage.Kind.BOTTLENECK,
        stages,
        EPSILON);
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
    names.put(Names.DECODER.embedding(), "decoder.embed_tokens");
    names.put(Names.HEAD, "decoder.output_projection");
    names.put(ResNetTokenFront.TYPES, "encoder.type_embedding");
    names.put(PatchProjection.NAME, "encoder.image_proj");
    names.put(PatchProjection.NORM, "encoder.patch_layernorm_embedding");
    names.put(ResNetTokenFront.PATCH_POSITIONS, "encoder.embed_image_positions");
    names.put(ResNetTokenFront.PATCH_POSITION_NORM, "encoder.image_pos_ln");
    names.put(Names.eachOf(ResNetTokenFront.PATCH_BIAS), "encoder.image_rel_pos_table_list.{}");
    names.put(ResNetTokenFront.POSITIONS.query(), "encoder.pos_q_linear");
    names.put(ResNetTokenFront.POSITIONS.key(), "encoder.pos_k_linear");
    names.put(Names.DECODER_SELF.query(), "decoder.self_pos_q_linear");
    names.put(Names.DECODER_SELF.key(), "decoder.self_pos_k_linear");
    names.put(Names.DECODER_CROSS.query(), "decoder.cross_pos_q_linear");
    names.put(Names.DECODER_CROSS.key(), "decoder.cross_pos_k_linear");
    stackNames(names, Names.ENCODER, "encoder");
    stackNames(names, Names.DECODER, "decoder");
    attentionNames(names, Names.DECODER.eachLayer().cross(), "decoder.layers.{}.cross_attn");
    resNetNames(names, resNet);
    // One table under two names, the decoder's read last by the port.
    List<String> tables = new ArrayList<>(List.of("decoder.embed_tokens", "encoder.embed_tokens"));
    if (head.tied()) {
      tables.add("decoder.output_projection");
    }
    return new NameTable(names, Map.of(Names.DECODER.embedding(), tables));
  }

  private static void stackNames(Map<String, String> names, Names.Stack canonical, String side) {
    BartStacks.names(names, canonical, side);
    names.put(canonical.positionNorm(), side + ".pos_ln");
    names.put(Names.eachOf(canonical.relativeBias()), side + ".token_rel_pos_table_list.{}");
    Names.Layer layer = canonical.eachLayer();
    attentionNames(names, layer.self(), side + ".layers.{}.self_attn");
    names.put(layer.feedForward().innerNorm(), side + ".layers.{}.ffn_layer_norm");
  }

  private static void attentionNames(
      Map<String, String> names, Names.Attention canonical, String module) {
    BartStacks.attention(names, canonical, module);
    names.put(canonical.headScales(), module + ".c_attn");
    names.put(canonical.outputNorm(), module + "_mid_layer_norm");
  }

  private static void resNetNames(Map<String, String> names, ResNetSpec resNet) {
    String network = ResNetTokenFront.RES_NET;
    String module = "encoder.embed_images.";
    convolutionNames(names, ResNet.stemName(network), module + "conv1", module + "bn1");
    for (int stage = 0; stage < resNet.stages().size(); stage++) {
      String canonical = Names.eachOf(ResNet.stageName(network, stage));
      String block = module + "layer" + (stage + 1) + ".{}.";
      stageNames(names, canonical, block, resNet.kind());
    }
  }

  /** The names of a stage's blocks, as torchvision writes them. */
  static void stageNames(
      Map<String, String> names, String canonical, String block, ResidualStage.Kind kind) {
    for (int i = 1; i <= kind.convolutions().size(); i++) {
      convolutionNames(
          names, canonical + kind.convolutions().get(i - 1), block + "conv" + i, block + "bn" + i);
    }
    convolutionNames(
        names, canonical + ResidualStage.SHORTCUT, block + "downsample.0", block + "downsample.1");
  }

  static void convolutionNames(
      Map<String, String> names, String name, String convolution, String norm) {
    Names.Convolution canonical = new Names.Convolution(name);
    names.put(canonical.kernel(), convolution);
    names.put(canonical.norm(), norm);
  }
}
