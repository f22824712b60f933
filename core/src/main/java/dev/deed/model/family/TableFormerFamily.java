package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.model.front.BoxHead;
import dev.deed.model.front.ResNet;
import dev.deed.model.front.ResNetSpec;
import dev.deed.model.front.ResidualStage;
import dev.deed.model.front.TableFront;
import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.ExitSpec;
import dev.deed.model.spec.FeedForwardSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.NormSpec;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.Activation;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * TableFormer (Nassar et al. 2022, arXiv 2203.01017) as Docling runs it, class {@code
 * TableModel04_rs}, from the configuration of a {@link TableFormerFolder}. All widths are those of
 * tensors, as in the reference, whose constants stand in no file.
 */
final class TableFormerFamily implements ModelFamily {
  static final String TYPE = "TableModel04_rs";

  /** Key of the tensors' shapes, by name. */
  static final String SHAPES = "shapes";

  static final String TAGS = "_tag_transformer.";
  private static final String BOXES = "_bbox_decoder.";
  private static final String NETWORK = "_encoder._resnet.";

  /** Children of the network that are stages; those before are the stem's. */
  private static final int FIRST_STAGE = 4;

  private static final int STAGES = 3;

  /** Most values of the picture, and of the first features made of it: 512 MiB. */
  private static final long MOST_VALUES = 1L << 27;

  private static final int MOST_GRID = 64;
  private static final float EPSILON = 1e-5f;

  /** Rows of a table are alike: what followed the last two tags before is a draft that pays. */
  private static final ExitSettings OWN_POLICY =
      ExitSettings.full().with(ExitSetting.LOSSLESS, true).with(ExitSetting.DRAFT_NGRAMS, 2);

  @Override
  public ModelDescription read(Config config) {
    Config predict = config.object("predict");
    predict.requireFlag("bbox", true);
    String table = TAGS + "_embedding.weight";
    int vocabulary = size(config, table, 0, Limits.VOCABULARY);
    int width = size(config, table, 1, Limits.WIDTH);
    int positions = size(config, TAGS + "_positional_encoding.pe", 0, Limits.POSITIONS);
    Config words = config.object("dataset_wordmap").object("word_map_tag");
    List<String> tags = new ArrayList<>(Collections.nCopies(vocabulary, ""));
    for (String tag : words.values(List.of()).keySet()) {
      String other = tags.set(words.integer(tag, 0, vocabulary - 1), tag);
      words.require(other.isEmpty(), tag, "is the number of \"" + other + "\" too");
    }
    List<Integer> needed =
        Stream.of("<start>", "<end>", "<pad>", "fcel", "lcel", "ucel", "xcel")
            .map(tag -> words.integer(tag, 0, vocabulary - 1))
            .toList();
    TableFront front = front(config, width, tags);
    StackSpec decoder = stack(config, "dec", width);
    TransformerSpec spec =
        new TransformerSpec(
            new TransformerSpec.Encoder(
                front, new PositionSpec.None(), false, stack(config, "enc", width)),
            new TransformerSpec.Decoder(
                new TransformerSpec.Embedding(vocabulary, 1f, false),
                new PositionSpec.Learned(positions, 0),
                decoder,
                width,
                false,
                new TransformerSpec.Head(false, 1f, true)),
            new ExitSpec(List.of(decoder.layers()), 0, Activation.GELU, OWN_POLICY, null));
    return new ModelDescription(
        "TableFormer",
        spec,
        NameTable.of(names(front), TAGS + "_embedding", TAGS + "_fc", false),
        new SpecialTokens(needed.get(0), needed.subList(1, 2), needed.get(2)),
        Map.of(
            "max_new_tokens",
            List.of(predict.integer("max_steps", 1024, 1, Limits.POSITIONS)),
            "tag_corrections",
            needed.subList(3, 7)),
        new ModelDescription.Inputs(false, null, false));
  }

  private static StackSpec stack(Config config, String side, int width) {
    Config model = config.object("model");
    int heads = model.integer("nheads", 1, Limits.HEADS);
    model.require(width % heads == 0, "nheads", "must divide the width, " + width);
    String first = TAGS + "_" + side + "oder.layers.0.linear1.weight";
    return new StackSpec(
        model.integer(side + "_layers", 1, Limits.LAYERS),
        width,
        AttentionSpec.within(width, heads, AttentionSpec.Biases.everywhere(true)),
        new FeedForwardSpec(size(config, first, 0, Limits.WIDTH), Activation.RELU, false, true),
        new NormSpec(NormSpec.Kind.LAYER, EPSILON),
        false,
        false);
  }

  private static TableFront front(Config config, int width, List<String> tags) {
    Config dataset = config.object("dataset");
    dataset.has("image_normalization"); // Whoever makes the pictures reads it.
    int side = dataset.integer("resized_image", 1, Limits.PIXELS);
    int stem = size(config, NETWORK + "0.weight", 0, Limits.WIDTH);
    dataset.require(
        (long) side * side * Math.max(ResNetSpec.COLOURS, stem) <= MOST_VALUES,
        "resized_image",
        "is more than DEED has room for");
    List<ResNetSpec.Stage> stages = new ArrayList<>();
    for (int i = FIRST_STAGE; i < FIRST_STAGE + STAGES; i++) {
      String stage = NETWORK + i;
      stages.add(
          new ResNetSpec.Stage(
              size(config, stage + ".0.conv1.weight", 0, Limits.WIDTH), blocks(config, stage)));
    }
    ResNetSpec resNet = new ResNetSpec(stem, ResidualStage.Kind.BASIC, stages, EPSILON);
    String filter = TAGS + "_input_filter";
    return new TableFront(
        side,
        resNet,
        config.object("model").integer("enc_image_size", 1, MOST_GRID),
        new ResidualStage.Spec(
            ResidualStage.Kind.BASIC,
            resNet.channels(),
            width,
            blocks(config, filter),
            1,
            config.json().path(SHAPES).has(filter + ".0.downsample.0.weight")),
        new BoxHead.Spec(
            size(config, BOXES + "_attention._encoder_att.weight", 0, Limits.WIDTH),
            size(config, BOXES + "_bbox_embed.layers.0.weight", 0, Limits.WIDTH),
            size(config, BOXES + "_class_embed.weight", 0, Limits.WIDTH)),
        tags);
  }

  /** How many numbered blocks of convolutions a module has; one at least, which is asked for. */
  private static int blocks(Config config, String module) {
    int count = 1;
    while (config.json().path(SHAPES).has(module + "." + count + ".conv1.weight")) {
      count++;
    }
    return count;
  }

  /** A size of a tensor, outermost first. */
  private static int size(Config config, String tensor, int axis, int most) {
    int size = config.has(SHAPES) ? config.json().get(SHAPES).path(tensor).path(axis).asInt() : 0;
    InputException.require(
        size >= 1 && size <= most,
        config.origin(),
        "stands beside weights that lack the tensor " + tensor + ", or have another shape",
        "give the complete folder of a TableFormer");
    return size;
  }

  private static Map<String, String> names(TableFront front) {
    Map<String, String> names = new HashMap<>();
    OfaFamily.convolutionNames(
        names, ResNet.stemName(TableFront.RES_NET), NETWORK + "0", NETWORK + "1");
    for (int stage = 0; stage < front.resNet().stages().size(); stage++) {
      blockNames(
          names, ResNet.stageName(TableFront.RES_NET, stage), NETWORK + (FIRST_STAGE + stage));
    }
    blockNames(names, TableFront.FILTER, TAGS + "_input_filter");
    blockNames(names, BoxHead.FILTER, BOXES + "_input_filter");
    layerNames(names, Names.ENCODER.eachLayer(), TAGS + "_encoder.layers.{}.", 2);
    layerNames(names, Names.DECODER.eachLayer(), TAGS + "_decoder.layers.{}.", 3);
    names.put(Names.weight(Names.DECODER.positions()), TAGS + "_positional_encoding.pe");
    names.put(BoxHead.START, BOXES + "_init_h");
    names.put(BoxHead.SEEN, BOXES + "_attention._encoder_att");
    names.put(BoxHead.STATE, BOXES + "_attention._tag_decoder_att");
    names.put(BoxHead.WHOLE, BOXES + "_attention._language_att");
    names.put(BoxHead.SCORE, BOXES + "_attention._full_att");
    names.put(BoxHead.GATE, BOXES + "_f_beta");
    names.put(BoxHead.CLASSES, BOXES + "_class_embed");
    names.put(Names.eachOf(BoxHead.BOXES), BOXES + "_bbox_embed.layers.{}");
    return names;
  }

  private static void blockNames(Map<String, String> names, String stage, String module) {
    OfaFamily.stageNames(names, Names.eachOf(stage), module + ".{}.", ResidualStage.Kind.BASIC);
  }

  /**
   * @param norms of a layer, the last of which follows the feed-forward network
   */
  private static void layerNames(
      Map<String, String> names, Names.Layer layer, String module, int norms) {
    BartStacks.attention(names, layer.self(), module + "self_attn");
    BartStacks.attention(names, layer.cross(), module + "multihead_attn");
    names.put(layer.self().norm(), module + "norm1");
    names.put(layer.cross().norm(), module + "norm2");
    names.put(layer.feedForward().in(), module + "linear1");
    names.put(layer.feedForward().out(), module + "linear2");
    names.put(layer.feedForward().norm(), module + "norm" + norms);
  }
}
