package dev.deed.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.Storage;
import dev.deed.files.AtomicFiles;
import dev.deed.files.IoReason;
import dev.deed.model.family.ModelDescription;
import dev.deed.model.family.ModelFamily;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.train.torch.TorchParameters;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the model folder that a training starts from: a checkpoint at step 0. A new run is then the
 * same thing as a resumed one.
 */
final class NewModel {
  private static final String PRESET = "the preset's configuration";

  private NewModel() {}

  /**
   * A model of random weights.
   *
   * @param tokenizerFolder holds {@code tokenizer.json}
   * @throws InputException when the preset's settings contradict each other
   */
  static void fromPreset(
      Path to, Preset preset, Path tokenizerFolder, ExitRequest exits, long seed) {
    ModelFiles files = ModelFiles.tokenizer(tokenizerFolder);
    Map<String, byte[]> own = new HashMap<>();
    ObjectNode config;
    try (Tokenizer tokenizer = Tokenizer.open(tokenizerFolder)) {
      config = preset.withVocabulary(tokenizer);
    }
    if (preset.readsPictures()) {
      own.put("preprocessor_config.json", pretty(preset.preprocessor()));
    }
    TransformerSpec plain = describe(PRESET, config).spec();
    exits.addTo(config, plain.decoderLayers(), plain.decoder().stack().width());
    ModelDescription description = describe(PRESET, config);
    own.put(ModelFiles.CONFIG, pretty(config));
    own.put(ModelFiles.GENERATION, pretty(generation(config, description)));
    Initialisation first = new Initialisation(description.spec(), seed);
    write(
        to,
        files.with(own),
        description,
        parameter -> wanted(parameter, exits.gate()) ? first.values(parameter) : null);
  }

  /**
   * A copy of a model; one without exits gets them.
   *
   * @param exits what a plain model gets, null for all; a model with exits keeps those that it has
   * @throws InputException when the folder is no model, or has exits and others are asked for
   */
  static void fromFolder(Path to, Path folder, @Nullable ExitRequest exits, long seed) {
    try (ModelFolder source = ModelFolder.open(folder)) {
      ObjectNode config = source.config().json().deepCopy();
      // Weights are written as fp32, whatever the source stores.
      config.remove(Storage.QUANTIZATION);
      for (String key : List.of("dtype", "torch_dtype")) {
        config.findParents(key).forEach(part -> ((ObjectNode) part).put(key, "float32"));
      }
      TransformerSpec spec = source.spec();
      if (spec.exits() == null) {
        ExitRequest added = exits == null ? ExitRequest.everywhere() : exits;
        added.addTo(config, spec.decoderLayers(), spec.decoder().stack().width());
      } else if (exits != null) {
        exits.requireSame(folder, spec.exits(), spec.decoderLayers());
      }
      boolean gate = exits != null && exits.gate();
      ModelDescription description = describe(source.config().origin(), config);
      InputException.require(
          spec.decoder().head().tied() == description.spec().decoder().head().tied(),
          folder.toString(),
          "holds a head that differs from its token table although config.json ties them",
          "set the decoder's tie_word_embeddings to false");
      Initialisation first = new Initialisation(description.spec(), seed);
      write(
          to,
          ModelFiles.of(folder).with(Map.of(ModelFiles.CONFIG, pretty(config))),
          description,
          parameter -> {
            if (source.holds(parameter.name())) {
              return source.tensor(parameter.name()).toFloats();
            }
            return wanted(parameter, gate) ? first.values(parameter) : null;
          });
    }
  }

  private static boolean wanted(Parameter parameter, boolean gate) {
    return !parameter.optional() || gate;
  }

  private static void write(
      Path to, ModelFiles files, ModelDescription description, TorchParameters.Values values) {
    try {
      files.writeTo(to);
      ModelFiles.writeWeights(to, description, values, Map.of(), TrainingState.START.metadata());
    } catch (IOException e) {
      throw IoReason.unwritable(to, e);
    }
  }

  private static ModelDescription describe(String origin, ObjectNode config) {
    return ModelFamily.describe(Config.of(origin, config));
  }

  private static ObjectNode generation(ObjectNode config, ModelDescription description) {
    ObjectNode generation = JsonNodeFactory.instance.objectNode();
    if (config.has("bos_token_id")) {
      generation.set("bos_token_id", config.get("bos_token_id"));
    }
    generation.put("decoder_start_token_id", description.tokens().decoderStart());
    generation.put("eos_token_id", description.tokens().ends().getFirst());
    Integer padding = description.tokens().pad();
    if (padding != null) {
      generation.put("pad_token_id", padding);
    }
    return generation;
  }

  /**
   * Lets answers become half as long again as the longest target, and a few tokens more.
   *
   * @throws InputException when the folder cannot be written
   */
  static void limitAnswers(Path folder, List<EncodedExample> examples, ModelDescription model) {
    Path file = folder.resolve(ModelFiles.GENERATION);
    int most = 3 * longest(examples) / 2 + 8;
    if (model.spec().decoder().positions() instanceof PositionSpec.Learned learned) {
      int prompts = examples.stream().mapToInt(e -> e.prompt().length).max().orElseThrow();
      most = Math.min(most, learned.size() - prompts);
    }
    ObjectNode generation = Config.read(file).json();
    generation.put("max_new_tokens", most);
    try {
      AtomicFiles.write(file, out -> out.write(pretty(generation)));
    } catch (IOException e) {
      throw IoReason.unwritable(file, e);
    }
  }

  /**
   * The same for a model that was there, if its limit would cut off an answer as long as the
   * longest target; else it keeps what it says.
   *
   * @throws InputException when the folder cannot be written
   */
  static void makeRoomForAnswers(
      Path folder, List<EncodedExample> examples, ModelDescription model) {
    Path file = folder.resolve(ModelFiles.GENERATION);
    if (!Files.exists(file)) {
      return;
    }
    JsonNode limit = Config.read(file).json().path("max_new_tokens");
    if (limit.isInt() && limit.asInt() < longest(examples)) {
      limitAnswers(folder, examples, model);
    }
  }

  private static int longest(List<EncodedExample> examples) {
    return examples.stream().mapToInt(e -> e.labels().length).max().orElseThrow();
  }

  private static byte[] pretty(ObjectNode json) {
    return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
