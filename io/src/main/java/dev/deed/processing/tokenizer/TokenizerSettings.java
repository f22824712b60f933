package dev.deed.processing.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.value.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a folder says about its tokenizer beside the vocabulary: {@code tokenizer_config.json} and,
 * where that holds no {@code added_tokens_decoder}, the older {@code special_tokens_map.json} and
 * {@code added_tokens.json}. Every file may be absent. Belongs to one thread.
 */
public final class TokenizerSettings {
  /** The keys of special tokens in the order in which Transformers adds them to a vocabulary. */
  private static final String[] KEYS = {
    "bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"
  };

  private final Config config;
  private final TokenizerFamily family;
  private final ObjectNode merged;
  private final boolean answersInTokens;
  private final SortedMap<Integer, AddedToken> numbered = new TreeMap<>();
  private final Map<String, AddedToken> byContent = new HashMap<>();

  private TokenizerSettings(
      Config config, TokenizerFamily family, ObjectNode merged, boolean answersInTokens) {
    this.config = config;
    this.family = family;
    this.merged = merged;
    this.answersInTokens = answersInTokens;
  }

  /**
   * @throws InputException when one of the files is not the JSON that it should be
   */
  public static TokenizerSettings read(Path folder) {
    Config config = optional(folder.resolve("tokenizer_config.json"));
    JsonNode model = optional(folder.resolve("config.json")).json();
    JsonNode name = config.json().path("tokenizer_class");
    if (!name.isTextual()) {
      name = model.path("tokenizer_class");
    }
    ObjectNode merged = config.json().deepCopy();
    if (!config.has("added_tokens_decoder")) {
      merged.setAll(optional(folder.resolve("special_tokens_map.json")).json());
    }
    TokenizerSettings settings =
        new TokenizerSettings(
            config,
            TokenizerFamily.of(name.textValue(), model),
            merged,
            model.path("model_type").asText().equals("florence2"));
    settings.readNumbered(folder);
    settings.numbered.values().forEach(t -> settings.byContent.putIfAbsent(t.content(), t));
    return settings;
  }

  private static Config optional(Path file) {
    return Files.exists(file)
        ? Config.read(file)
        : Config.of(file.toString(), JsonNodeFactory.instance.objectNode());
  }

  /** The settings of {@code tokenizer_config.json}; an empty object when there is no such file. */
  public Config config() {
    return config;
  }

  public TokenizerFamily family() {
    return family;
  }

  /** Whether special tokens that have no key of their own are what the model answers. */
  public boolean answersInTokens() {
    return answersInTokens;
  }

  /** A special token by its key, such as {@code eos_token}; null when there is none. */
  public @Nullable AddedToken named(String key) {
    if (!merged.has(key)) {
      String content = family.defaultToken(key);
      return content == null ? null : family.refine(key, AddedToken.special(content));
    }
    AddedToken plain = AddedToken.of(merged.get(key));
    if (plain == null) {
      return null;
    }
    AddedToken token = merged.get(key).isTextual() ? family.refine(key, plain) : plain;
    return byContent.getOrDefault(token.content(), token).asSpecial();
  }

  /** The spelling of a special token that the family cannot do without. */
  public String spelling(String key) {
    AddedToken token = named(key);
    if (token == null) {
      throw new InputException(
          config.origin(), "names no " + key, "give the complete tokenizer_config.json");
    }
    return token.content();
  }

  /** All special tokens by their keys, those of the model's own keys ({@code image_token}) last. */
  public Map<String, AddedToken> named() {
    Map<String, AddedToken> tokens = new LinkedHashMap<>();
    for (String key : KEYS) {
      AddedToken token = named(key);
      if (token != null) {
        tokens.put(key, token);
      }
    }
    for (Map.Entry<String, JsonNode> entry : merged.properties()) {
      String key = entry.getKey();
      AddedToken token = key.endsWith("_token") ? named(key) : null;
      if (token != null) {
        tokens.putIfAbsent(key, token);
      }
    }
    return tokens;
  }

  /** Whether the folder lists special tokens that have no key, be it none. */
  boolean listsExtra() {
    return merged.hasNonNull("extra_special_tokens")
        || merged.hasNonNull("additional_special_tokens");
  }

  /** Special tokens that have no key of their own, such as language codes. */
  public List<AddedToken> extra() {
    JsonNode list = merged.path("extra_special_tokens");
    if (list.isEmpty()) {
      list = merged.path("additional_special_tokens");
    }
    List<AddedToken> tokens = new ArrayList<>();
    for (JsonNode item : list) {
      AddedToken token = AddedToken.of(item);
      if (token != null) {
        tokens.add(token.asSpecial());
      }
    }
    return tokens;
  }

  /**
   * All added tokens in the order in which they are numbered: those that the tokenizer has, those
   * that the folder numbers, special tokens with a key, and others. Named ones are special whatever
   * the tokenizer says.
   *
   * @param own what the tokenizer itself has
   */
  public List<AddedToken> added(List<AddedToken> own) {
    Map<String, AddedToken> tokens = new LinkedHashMap<>();
    own.forEach(token -> tokens.put(token.content(), token));
    numbered.values().forEach(token -> tokens.putIfAbsent(token.content(), token));
    for (Collection<AddedToken> special : List.of(named().values(), extra())) {
      for (AddedToken token : special) {
        tokens.merge(token.content(), token, (known, named) -> known.asSpecial());
      }
    }
    return List.copyOf(tokens.values());
  }

  /** Tokens that were added to the vocabulary, by the ids that the folder gives them. */
  public SortedMap<Integer, AddedToken> numbered() {
    return numbered;
  }

  private void readNumbered(Path folder) {
    if (config.has("added_tokens_decoder")) {
      Config decoder = config.object("added_tokens_decoder");
      for (Map.Entry<String, JsonNode> entry : decoder.json().properties()) {
        AddedToken token = entry.getValue().isObject() ? AddedToken.of(entry.getValue()) : null;
        if (token == null) {
          throw decoder.wrong(entry.getKey(), "must be an object with a content");
        }
        numbered.put(id(decoder, entry.getKey(), entry.getKey()), token);
      }
      return;
    }
    Config added = optional(folder.resolve("added_tokens.json"));
    Set<String> special = new HashSet<>();
    named().values().forEach(token -> special.add(token.content()));
    extra().forEach(token -> special.add(token.content()));
    for (Map.Entry<String, JsonNode> entry : added.json().properties()) {
      String content = entry.getKey();
      numbered.put(
          id(added, content, entry.getValue().asText()),
          special.contains(content) ? AddedToken.special(content) : AddedToken.plain(content));
    }
  }

  private static int id(Config where, String key, String text) {
    try {
      int id = Integer.parseInt(text);
      if (id >= 0 && id < Vocabulary.MOST_IDS) {
        return id;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw where.wrong(key, "must have an id within 0.." + (Vocabulary.MOST_IDS - 1));
  }
}
