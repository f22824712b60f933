package dev.deed.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.deed.data.TrainingTexts;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A small architecture to train from scratch: a {@code config.json} without a vocabulary. Presets
 * are files, so that a new one needs no code; every key can be set to another value.
 *
 * @param config the configuration so far
 */
public record Preset(ObjectNode config) {
  public static final List<String> NAMES =
      List.of(
          ("t5 t5-v1_1 bart mbart t5gemma vit-mbart vit-trocr stem-mbart latr latr-vit "
                  + "ofa-stem")
              .split(" "));

  /** Of a grid, which pictures of any size are padded to multiples of. */
  private static final int COLUMNS = 8;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * A preset with some values replaced.
   *
   * @param settings paths like {@code decoder.d_model} with values in JSON; what is no JSON is
   *     taken as text
   * @throws InputException when there is no such preset, or a path leads nowhere
   */
  public static Preset named(String name, Map<String, String> settings) {
    InputException.require(
        NAMES.contains(name), "--arch", "is " + name, "give one of " + String.join(", ", NAMES));
    try (InputStream in = Preset.class.getResourceAsStream("presets/" + name + ".json")) {
      ObjectNode config = (ObjectNode) MAPPER.readTree(in);
      settings.forEach((path, value) -> set(config, path, value));
      return new Preset(config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void set(ObjectNode config, String path, String value) {
    ObjectNode at = config;
    String[] keys = path.split("\\.", -1);
    for (int i = 0; i < keys.length - 1; i++) {
      if (!(at.get(keys[i]) instanceof ObjectNode inner)) {
        throw new InputException(
            "--set " + path, "the preset has no object " + keys[i], "check the path");
      }
      at = inner;
    }
    JsonNode before = at.get(keys[keys.length - 1]);
    if (before == null || before.isObject()) {
      throw new InputException(
          "--set " + path,
          "the preset has no such value",
          "give one of "
              + at.properties().stream().map(Map.Entry::getKey).collect(Collectors.joining(", ")));
    }
    at.set(keys[keys.length - 1], parse(value));
  }

  private static JsonNode parse(String value) {
    try {
      JsonNode json = MAPPER.readTree(value);
      return json.isMissingNode() ? TextNode.valueOf(value) : json;
    } catch (JsonProcessingException e) {
      return TextNode.valueOf(value);
    }
  }

  /** Whether encoder and decoder have a configuration each. */
  private boolean hasTwoSides() {
    return config.has("encoder");
  }

  /** Whether these are two stacks of one kind, of which the encoder reads text. */
  private boolean isT5Gemma() {
    return isA("t5gemma");
  }

  private @Nullable JsonNode vision() {
    return hasTwoSides() && !isT5Gemma() ? config.get("encoder") : config.get("vision");
  }

  boolean readsPictures() {
    return vision() != null;
  }

  private boolean isLatr() {
    return isA("deed-latr");
  }

  private boolean isA(String modelType) {
    return config.path("model_type").asText().equals(modelType);
  }

  /** The fields of a data set whose text the model reads or writes. */
  Set<TrainingTexts.Field> texts() {
    Set<TrainingTexts.Field> texts =
        EnumSet.of(TrainingTexts.Field.TARGET, TrainingTexts.Field.DECODER_PROMPT);
    if (!hasTwoSides() || isT5Gemma()) {
      texts.add(TrainingTexts.Field.PROMPT);
    }
    if (isLatr() && config.path("max_2d_position_embeddings").asInt() > 0) {
      texts.add(TrainingTexts.Field.OCR);
    }
    return texts;
  }

  /**
   * The configuration for a vocabulary. T5 and LaTr start their decoder with padding, T5Gemma with
   * the token that begins a text, the others with the end token, as the published models do.
   *
   * @throws InputException when the tokenizer has no end or padding token, or lacks the start
   */
  ObjectNode withVocabulary(Tokenizer tokenizer) {
    ObjectNode complete = config.deepCopy();
    int end = tokenizer.eosId().orElseThrow(() -> lacks("eos_token"));
    int padding = tokenizer.padId().orElseThrow(() -> lacks("pad_token"));
    int start = end;
    if (isLatr() || isA("t5")) {
      start = padding;
    } else if (isT5Gemma()) {
      start = tokenizer.bosId().orElseThrow(() -> lacks("bos_token"));
    }
    List<ObjectNode> sides = new ArrayList<>();
    if (hasTwoSides()) {
      sides.add((ObjectNode) complete.get("decoder"));
    }
    if (isT5Gemma()) {
      sides.add((ObjectNode) complete.get("encoder"));
    }
    List<ObjectNode> all = new ArrayList<>(sides);
    all.add(complete);
    for (ObjectNode node : all) {
      tokenizer.bosId().ifPresent(id -> node.put("bos_token_id", id));
      node.put("pad_token_id", padding).put("eos_token_id", end);
      node.put("decoder_start_token_id", start);
    }
    // T5Gemma's outer configuration decides for both sides.
    for (ObjectNode node : sides.isEmpty() || isT5Gemma() ? all : sides) {
      node.put("vocab_size", tokenizer.vocabularySize());
    }
    return complete;
  }

  private static InputException lacks(String token) {
    return new InputException(
        "tokenizer_config.json",
        "names no " + token,
        "give a tokenizer with start, end and padding");
  }

  /**
   * {@code preprocessor_config.json} for the picture size; only for {@link #readsPictures}. Where
   * the encoder reads all sizes, pictures are padded to one row of its grid, and to {@value
   * #COLUMNS} columns, so that they have few sizes and batches are full. Where its grid has one row
   * alone, it reads text lines: all are made grey, dark on light, get full contrast and the full
   * height.
   */
  ObjectNode preprocessor() {
    JsonNode vision = Objects.requireNonNull(vision());
    boolean anySize = vision.path("any_size").asBoolean();
    JsonNode size = vision.get("image_size");
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("image_processor_type", anySize ? "DeedImageProcessor" : "ViTImageProcessor");
    if (anySize && (size.isArray() ? size.get(0) : size).asInt() == stride(vision, 0)) {
      json.put("do_grayscale", true).put("do_autocontrast", true).put("do_dark_on_light", true);
      json.put("fill_height", true);
    }
    json.put("do_resize", true);
    ObjectNode sides = json.putObject(anySize ? "longest" : "size");
    sides.set("height", size.isArray() ? size.get(0) : size);
    sides.set("width", size.isArray() ? size.get(1) : size);
    json.put("resample", 2);
    if (anySize) {
      json.put("do_pad", true);
      ObjectNode divisor = json.putObject("size_divisor");
      divisor.put("height", stride(vision, 0)).put("width", COLUMNS * stride(vision, 1));
      json.put("pad_value", 255);
    }
    json.put("do_rescale", true).put("rescale_factor", 1 / 255.0).put("do_normalize", true);
    for (String key : List.of("image_mean", "image_std")) {
      json.putArray(key).add(0.5).add(0.5).add(0.5);
    }
    return json;
  }

  /** Pixels from one row (0) or column (1) of a stem's grid to the next. */
  private static int stride(JsonNode vision, int side) {
    int product = 1;
    for (JsonNode stage : vision.path("stem")) {
      JsonNode stride = stage.path("stride");
      product *= Math.max(1, stride.isArray() ? stride.path(side).asInt() : stride.asInt());
    }
    return product;
  }
}
