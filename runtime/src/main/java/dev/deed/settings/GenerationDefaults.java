package dev.deed.settings;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.model.family.ModelDescription;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.value.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The generation settings that a model folder states, found where Transformers finds them.
 * Immutable.
 *
 * @param settings by name; never changed
 * @param decoderStart first decoder input where they name none
 * @param ends tokens that end a generation where they name none; empty: it ends at its length limit
 *     alone
 * @param vocabulary number of tokens of the decoder
 */
public record GenerationDefaults(
    Map<String, Object> settings, int decoderStart, List<Integer> ends, int vocabulary) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final TypeReference<LinkedHashMap<String, Object>> MAP = new TypeReference<>() {};

  /** Of the answers; stated in {@code config.json}, for no other program's settings know it. */
  private static final String LANGUAGE = "structured_outputs";

  private static final String FILE = "generation_config.json";

  /** Where older composite configurations keep the settings of their decoder. */
  private static final List<String> DECODERS = List.of("decoder", "generator", "text_config");

  /**
   * Those of a folder.
   *
   * @param config its {@code config.json}
   * @param description what the model's family reads from it
   * @throws InputException when the file of the settings is damaged
   */
  public static GenerationDefaults of(Path folder, Config config, ModelDescription description) {
    SpecialTokens own = description.tokens();
    return new GenerationDefaults(
        read(folder, config, description.generation()),
        own.decoderStart(),
        // Where settings have a file of their own, no end token there means none.
        hasFile(folder) ? List.of() : own.ends(),
        description.spec().decoder().vocabulary());
  }

  /**
   * The settings of {@code generation_config.json}; without that file, those of {@code
   * config.json}, their place in folders of old, over those of the model's family. Settings that
   * are null count as absent.
   *
   * @param own what holds where {@code config.json} lacks a setting, see {@link
   *     ModelDescription#generation}
   * @throws InputException when the file is damaged
   */
  static Map<String, Object> read(Path folder, Config config, Map<String, List<Integer>> own) {
    Path file = folder.resolve(FILE);
    ObjectNode json = Files.exists(file) ? Config.read(file).json() : legacy(config, own);
    if (config.has(LANGUAGE)) {
      json.set(LANGUAGE, config.json().get(LANGUAGE));
    }
    json.removeIf(JsonNode::isNull);
    return Collections.unmodifiableMap(MAPPER.convertValue(json, MAP));
  }

  /** Whether the folder states its settings in a file of their own. */
  private static boolean hasFile(Path folder) {
    return Files.exists(folder.resolve(FILE));
  }

  /** The keys of that file that are no settings, in its order. */
  public static List<String> ignored(Path folder) {
    List<String> ignored = new ArrayList<>();
    if (hasFile(folder)) {
      ObjectNode json = Config.read(folder.resolve(FILE)).json();
      json.fieldNames().forEachRemaining(ignored::add);
      ignored.removeAll(SettingNames.all());
      if (json.has("no_timestamps_token_id")) {
        ignored.removeAll(SettingNames.ofSpeech());
      }
    }
    return ignored;
  }

  private static ObjectNode legacy(Config config, Map<String, List<Integer>> own) {
    ObjectNode decoder = decoder(config.json());
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    for (String key : SettingNames.all()) {
      // A null is a statement too: the family's default does not hold then.
      JsonNode value = config.has(key) ? config.json().get(key) : decoder.get(key);
      if (value != null) {
        settings.set(key, value);
      } else if (own.get(key) instanceof List<Integer> tokens) {
        settings.set(key, MAPPER.valueToTree(tokens.size() == 1 ? tokens.getFirst() : tokens));
      }
    }
    if (config.flag("force_bos_token_to_be_generated", false)
        && settings.hasNonNull("bos_token_id")) {
      settings.set("forced_bos_token_id", settings.get("bos_token_id"));
    }
    return settings;
  }

  /** The decoder's configuration; of a model without parts, its own. */
  private static ObjectNode decoder(ObjectNode config) {
    return DECODERS.stream()
        .map(config::path)
        .flatMap(part -> part instanceof ObjectNode object ? Stream.of(object) : Stream.empty())
        .findFirst()
        .orElse(config);
  }
}
