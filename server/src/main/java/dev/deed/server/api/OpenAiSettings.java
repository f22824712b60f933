package dev.deed.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GenerationOptions;
import dev.deed.data.Fields;
import dev.deed.data.generate.LineOptions;
import dev.deed.server.http.ApiException;
import dev.deed.value.ExitSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a body of OpenAI's: applied under their own names and those of generation
 * settings, passed by where they have no effect, refused where they would have one. Belongs to one
 * request.
 */
final class OpenAiSettings {
  /** What Transformers calls OpenAI's settings. */
  private static final String MOST = "max_new_tokens";

  private static final String SAMPLES = "do_sample";
  private static final String RETURNED = "num_return_sequences";
  private static final String BIAS = "sequence_bias";
  private static final double MOST_BIAS = 100;
  private static final int MOST_BIASES = 512;
  private static final Pattern ID = Pattern.compile("\\d{1,9}");

  /**
   * About the caller, storage, prices and caches, or how long a model thinks and talks: nothing
   * that an answer here depends on.
   */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "user",
          "metadata",
          "service_tier",
          "safety_identifier",
          "prompt_cache_key",
          "prompt_cache_retention",
          "parallel_tool_calls",
          "prediction",
          "store",
          "verbosity",
          "reasoning_effort");

  /** They change nothing while they have these values. */
  private static final Map<String, Set<String>> HARMLESS =
      Map.ofEntries(
          Map.entry("presence_penalty", Set.of("0", "0.0")),
          Map.entry("frequency_penalty", Set.of("0", "0.0")),
          Map.entry("top_logprobs", Set.of()),
          Map.entry("echo", Set.of("false")),
          Map.entry("suffix", Set.of("\"\"")),
          Map.entry("tools", Set.of("[]")),
          Map.entry("tool_choice", Set.of("\"none\"", "\"auto\"")),
          Map.entry("functions", Set.of("[]")),
          Map.entry("function_call", Set.of("\"none\"", "\"auto\"")),
          Map.entry("response_format", Set.of("{\"type\":\"text\"}")),
          Map.entry("modalities", Set.of("[\"text\"]")),
          Map.entry("audio", Set.of()),
          Map.entry("web_search_options", Set.of()));

  private final Fields fields;
  private final ObjectNode generation = JsonNodeFactory.instance.objectNode();
  private final ExitSettings exits;
  private final List<String> stop = new ArrayList<>();
  private boolean trace;
  private @Nullable Integer logprobs;

  private OpenAiSettings(ObjectNode json) {
    this.fields = new Fields("request", "", json);
    this.exits = readExits();
  }

  /**
   * Reads all settings of a body.
   *
   * @param read fields that are no settings and are read elsewhere
   * @throws ApiException 400 when one is not supported, or contradicts another
   * @throws dev.deed.value.InputException when one has a wrong type
   */
  static OpenAiSettings read(ObjectNode json, Set<String> read) {
    OpenAiSettings settings = new OpenAiSettings(json);
    json.properties().stream()
        .filter(field -> !read.contains(field.getKey()) && !field.getValue().isNull())
        .filter(field -> GenerationOptions.isSetting(field.getKey()))
        .forEach(field -> settings.generation.set(field.getKey(), field.getValue()));
    settings.readLimits();
    settings.readSampling();
    settings.stop.addAll(LineBody.stop(settings.fields));
    settings.readBias();
    settings.logprobs =
        read.contains("messages") ? settings.chatLogprobs() : settings.textLogprobs();
    settings.refuseOthers(read);
    return settings;
  }

  private ExitSettings readExits() {
    ObjectNode deed = fields.object("deed");
    trace = deed != null && Boolean.TRUE.equals(new Fields("request", "deed.", deed).flag("trace"));
    ExitSettings asked = fields.exits("deed", "trace");
    return asked == null ? ExitSettings.own() : asked;
  }

  private void readLimits() {
    Integer tokens = fields.integer("max_tokens", 1, Integer.MAX_VALUE);
    Integer completion = fields.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
    if (tokens != null && completion != null && !tokens.equals(completion)) {
      throw ApiException.badRequest(
          "max_tokens: is not max_completion_tokens; give one of them", "max_tokens");
    }
    Integer most = tokens == null ? completion : tokens;
    if (most != null) {
      put(MOST, JsonNodeFactory.instance.numberNode(most), "max_tokens");
    }
  }

  private void readSampling() {
    Double temperature = fields.number("temperature");
    if (temperature != null) {
      if (temperature < 0) {
        throw fields.wrong("temperature", "0 or more");
      }
      if (temperature == 0) {
        generation.remove("temperature");
      }
      put(SAMPLES, JsonNodeFactory.instance.booleanNode(temperature > 0), "temperature");
    }
    fields.number("top_p");
    Integer answers = fields.integer("n", 1, Integer.MAX_VALUE);
    if (answers == null) {
      return;
    }
    put(RETURNED, JsonNodeFactory.instance.numberNode(answers), "n");
    if (answers > 1 && !generation.path("num_beams").isIntegralNumber()) {
      if (generation.has(SAMPLES) && !generation.path(SAMPLES).asBoolean()) {
        throw ApiException.badRequest(
            "n: several answers are drawn, which needs a temperature above 0, or num_beams", "n");
      }
      generation.put(SAMPLES, true);
    }
  }

  /** Sets a setting that the body may also give by its own name, if it says the same. */
  private void put(String name, JsonNode value, String param) {
    JsonNode other = generation.get(name);
    if (other != null && !other.equals(value)) {
      throw ApiException.badRequest(param + ": contradicts " + name + "; give one of them", param);
    }
    generation.set(name, value);
  }

  private void readBias() {
    ObjectNode biases = fields.object("logit_bias");
    if (biases == null || biases.isEmpty()) {
      return;
    }
    if (biases.size() > MOST_BIASES) {
      throw ApiException.badRequest(
          "logit_bias: has " + biases.size() + " entries; give at most " + MOST_BIASES,
          "logit_bias");
    }
    ArrayNode pairs = JsonNodeFactory.instance.arrayNode();
    Fields inside = new Fields("request", "logit_bias.", biases);
    for (Map.Entry<String, JsonNode> token : biases.properties()) {
      Double bias = inside.number(token.getKey());
      if (!ID.matcher(token.getKey()).matches() || bias == null || Math.abs(bias) > MOST_BIAS) {
        throw fields.wrong("logit_bias", "numbers from -100 to 100 by ids of tokens");
      }
      pairs.addArray().add(pairs.arrayNode().add(Integer.parseInt(token.getKey()))).add(bias);
    }
    put(BIAS, pairs, "logit_bias");
  }

  /** Whether probabilities are told, and of how many alternatives: two parameters in a chat. */
  private @Nullable Integer chatLogprobs() {
    boolean told = Boolean.TRUE.equals(fields.flag("logprobs"));
    Integer top = fields.integer("top_logprobs", 0, GenerationOptions.MOST_ALTERNATIVES);
    int alternatives = top == null ? 0 : top;
    if (!told && alternatives > 0) {
      throw ApiException.badRequest(
          "top_logprobs: needs logprobs; set it to true, or leave both out", "top_logprobs");
    }
    return told ? alternatives : null;
  }

  /** One parameter for both, as the older interface has it. */
  private @Nullable Integer textLogprobs() {
    JsonNode value = fields.value("logprobs");
    return value == null || value.equals(BooleanNode.FALSE)
        ? null
        : fields.integer("logprobs", 0, GenerationOptions.MOST_ALTERNATIVES);
  }

  private void refuseOthers(Set<String> read) {
    for (Map.Entry<String, JsonNode> other : fields.others().entrySet()) {
      String name = other.getKey();
      JsonNode value = other.getValue();
      if (read.contains(name)
          || value.isNull()
          || WITHOUT_EFFECT.contains(name)
          || GenerationOptions.isSetting(name)) {
        continue;
      }
      Set<String> harmless = HARMLESS.get(name);
      if (harmless == null) {
        throw ApiException.unknownParameter(name);
      }
      if (!harmless.contains(value.toString())) {
        throw ApiException.unsupported(name, "is not supported; leave it out");
      }
    }
  }

  /**
   * How to answer.
   *
   * @throws dev.deed.value.InputException when a setting has a wrong type
   */
  GenerationOptions options() {
    return new LineOptions(exits, generation, stop, logprobs != null || trace)
        .withoutLine()
        .withAlternatives(logprobs == null ? 0 : logprobs);
  }

  /** How many alternatives to each token are told of; null where no probabilities are. */
  @Nullable Integer logprobs() {
    return logprobs;
  }

  /** Whether choices tell how they came about. */
  boolean trace() {
    return trace;
  }
}
