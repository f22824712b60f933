package dev.deed.model.family;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.Tensor;
import dev.deed.checkpoint.TensorData;
import dev.deed.checkpoint.convert.WeightFiles;
import dev.deed.value.InputException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A folder of TableFormer as Docling publishes it: {@code tm_config.json} beside the weights. Its
 * widths stand in the shapes of the tensors alone; what {@link TableFormerFamily} reads is made of
 * both.
 */
final class TableFormerFolder {
  private static final String TAGS = "_tag_transformer.";
  private static final String BOXES = "_bbox_decoder.";
  private static final String NETWORK = "_encoder._resnet.";
  private static final String FUSED = "in_proj_";

  private final Path file;
  private final Map<String, Tensor> tensors;

  private TableFormerFolder(Path file, Map<String, Tensor> tensors) {
    this.file = file;
    this.tensors = tensors;
  }

  /**
   * The configuration of a folder.
   *
   * @throws InputException when a file is missing or damaged, or describes another model
   */
  static Config config(Path folder) {
    Path file = folder.resolve(Config.TABLE_MODEL);
    Config stored = Config.read(file);
    try (WeightFiles weights = WeightFiles.open(folder)) {
      return Config.of(
          file.toString(), new TableFormerFolder(file, weights.tensors()).described(stored));
    }
  }

  private ObjectNode described(Config stored) {
    Config model = stored.object("model");
    model.requireText("type", TableFormerFamily.TYPE);
    Config predict = stored.object("predict");
    predict.requireFlag("bbox", true);
    int heads = model.integer("nheads", 1, Limits.HEADS);
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config
        .put("model_type", TableFormerFamily.TYPE)
        .put("image_size", stored.object("dataset").integer("resized_image", 1, Limits.PIXELS))
        .put("grid_size", model.integer("enc_image_size", 1, Limits.PIXELS))
        .put("d_model", size(TAGS + "_embedding.weight", 1))
        .put("vocab_size", size(TAGS + "_embedding.weight", 0))
        .put("max_position_embeddings", size(TAGS + "_positional_encoding.pe", 0))
        .put("encoder_layers", model.integer("enc_layers", 1, Limits.LAYERS))
        .put("decoder_layers", model.integer("dec_layers", 1, Limits.LAYERS))
        .put("encoder_attention_heads", heads)
        .put("decoder_attention_heads", heads)
        .put("encoder_ffn_dim", size(TAGS + "_encoder.layers.0.linear1.weight", 0))
        .put("decoder_ffn_dim", size(TAGS + "_decoder.layers.0.linear1.weight", 0))
        .put("tie_word_embeddings", false)
        .put("max_new_tokens", predict.integer("max_steps", 1024, 1, Limits.POSITIONS));
    putNetwork(config.putObject("resnet"));
    String filter = TAGS + "_input_filter";
    config
        .putObject("filter")
        .put("blocks", blocks(filter))
        .put("projected", tensors.containsKey(filter + ".0.downsample.0.weight"));
    config
        .putObject("boxes")
        .put("attention_width", size(BOXES + "_attention._encoder_att.weight", 0))
        .put("inner_width", size(BOXES + "_bbox_embed.layers.0.weight", 0))
        .put("classes", size(BOXES + "_class_embed.weight", 0));
    putTags(config, stored.object("dataset_wordmap").object("word_map_tag"));
    if (stored.has("exits")) {
      config.set("exits", stored.json().get("exits"));
    } else {
      // Rows of a table are alike: what followed the last two tags before is a draft that pays.
      config
          .putObject("exits")
          .put("policy", "full")
          .put("lossless", true)
          .put("draft_ngrams", 2)
          .putArray("layers")
          .add(config.get("decoder_layers").intValue());
    }
    return config;
  }

  private void putNetwork(ObjectNode network) {
    network.put("stem", size(NETWORK + "0.weight", 0));
    ArrayNode planes = network.putArray("planes");
    ArrayNode blocks = network.putArray("blocks");
    for (int stage = 4; stage < 7; stage++) {
      planes.add(size(NETWORK + stage + ".0.conv1.weight", 0));
      blocks.add(blocks(NETWORK + stage));
    }
  }

  /** Copies the names of tags; their order is free, and no two of them are one token. */
  private static void putTags(ObjectNode config, Config words) {
    Map<Integer, String> names = new TreeMap<>();
    ObjectNode tags = config.putObject("tags");
    for (String name : words.values(List.of()).keySet()) {
      int id = words.integer(name, 0, config.get("vocab_size").intValue() - 1);
      if (names.putIfAbsent(id, name) != null) {
        throw words.wrong(name, "is the number of \"" + names.get(id) + "\" too");
      }
      tags.put(name, id);
    }
    for (String needed : List.of("<pad>", "<start>", "<end>", "fcel", "lcel", "ucel", "xcel")) {
      if (!tags.has(needed)) {
        throw words.lacks(needed);
      }
    }
    config
        .put("pad_token_id", tags.get("<pad>").intValue())
        .put("decoder_start_token_id", tags.get("<start>").intValue())
        .put("eos_token_id", tags.get("<end>").intValue());
  }

  /** A size of a tensor, outermost first. */
  private int size(String name, int axis) {
    Tensor tensor = tensors.get(name);
    if (tensor == null || tensor.shape().size() <= axis) {
      throw new InputException(
          file.resolveSibling(".").normalize().toString(),
          "lacks the tensor " + name + ", or it has another shape",
          "give the complete folder of a TableFormer");
    }
    return tensor.shape().get(axis);
  }

  /** How many numbered blocks of convolutions a module has. */
  private int blocks(String module) {
    int count = 0;
    while (tensors.containsKey(module + "." + count + ".conv1.weight")) {
      count++;
    }
    return count;
  }

  /**
   * The tensors as a family names them: queries, keys and values, which are stored as one matrix,
   * each by itself, and without the counters of batch norms.
   */
  static Map<String, Tensor> divided(Map<String, Tensor> stored) {
    Map<String, Tensor> divided = new LinkedHashMap<>();
    stored.forEach(
        (name, tensor) -> {
          List<Integer> shape = new ArrayList<>(tensor.shape());
          int fused = name.lastIndexOf(FUSED);
          if (fused >= 0 && !shape.isEmpty() && shape.getFirst() % 3 == 0) {
            shape.set(0, shape.getFirst() / 3);
            for (int i = 0; i < 3; i++) {
              String kind = List.of("q_proj.", "k_proj.", "v_proj.").get(i);
              String part =
                  name.substring(0, fused) + kind + name.substring(fused + FUSED.length());
              divided.put(part, new Tensor(part, tensor.type(), shape, third(tensor.data(), i)));
            }
          } else if (name.endsWith("_positional_encoding.pe") && shape.size() == 3) {
            divided.put(name, shaped(tensor, List.of(shape.get(0) * shape.get(1), shape.get(2))));
          } else if (name.equals(TAGS + "_fc.bias") && shape.size() == 1) {
            divided.put(name, shaped(tensor, List.of(1, shape.getFirst())));
          } else if (!name.endsWith("num_batches_tracked")) {
            divided.put(name, tensor);
          }
        });
    return divided;
  }

  private static Tensor shaped(Tensor tensor, List<Integer> shape) {
    return new Tensor(tensor.name(), tensor.type(), shape, tensor.data());
  }

  private static TensorData third(TensorData whole, int number) {
    return new TensorData() {
      @Override
      public long size() {
        return whole.size() / 3;
      }

      @Override
      public void read(long position, MemorySegment target) {
        whole.read(number * size() + position, target);
      }
    };
  }
}
