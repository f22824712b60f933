package dev.deed.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GenerationOptions;
import dev.deed.data.Fields;
import dev.deed.data.JsonValues;
import dev.deed.data.LineOptions;
import dev.deed.server.http.ApiException;
import dev.deed.value.ExitSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a body of OpenAI's: applied under their own names and those of generation
 * settings, passed by where they have no effect, refused where they would have one. Immutable.
 *
 * @param options how to answer
 * @param trace whether choices tell how they came about
 * @param logprobs how many alternatives to each token are told of with its probability; null: no
 *     probabilities are told
 */
record OpenAiSettings(GenerationOptions options, boolean trace, @Nullable Integer logprobs) {
  /** What Transformers calls {@code temperature} above 0. */
  private static final String SAMPLES = "do_sample";

  private static final String FORMAT = "response_format";
  private static final String CONSTRAINT = "structured_outputs";

  private static final double MOST_BIAS = 100;
  private static final int MOST_BIASES = 512;
  private static final Pattern ID = Pattern.compile("\\d{1,9}");

  /**
   * About the caller, storage, prices and caches, or how long a model thinks and talks: nothing
   * that an answer here depends on.
   */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          ("user metadata service_tier safety_identifier prompt_cache_key prompt_cache_retention"
                  + " parallel_tool_calls store verbosity reasoning_effort")
              .split(" "));

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
          Map.entry("modalities", Set.of("[\"text\"]")),
          Map.entry("audio", Set.of()),
          Map.entry("web_search_options", Set.of()));

  /**
   * Reads all settings of a body.
   *
   * @param fields of the body, of which no setting was read yet
   * @throws ApiException 400 when one contradicts another, or belongs to something unsupported
   * @throws dev.deed.value.InputException when one has a wrong type
   */
  static OpenAiSettings read(Fields fields, OpenAiShape shape) {
    Map<String, @Nullable Object> generation = ownNames(fields);
    readLimits(fields, generation);
    readSampling(fields, generation, shape);
    readBias(fields, generation);
    readFormat(fields, generation);
    ExitSettings exits = fields.exits("deed", "trace");
    ObjectNode deed = fields.object("deed");
    boolean trace =
        deed != null && Boolean.TRUE.equals(new Fields("request", "deed.", deed).flag("trace"));
    Integer logprobs = shape == OpenAiShape.CHAT ? chatLogprobs(fields) : textLogprobs(fields);
    GenerationOptions options =
        GenerationOptions.defaults()
            .withExits(exits == null ? ExitSettings.own() : exits)
            .withSettings(generation)
            .withLogProbabilities(logprobs != null || trace)
            .withAlternatives(logprobs == null ? 0 : logprobs);
    // These have other names here, or none.
    Map<String, Object> given = LineOptions.settings(fields, "log_probs", "receipt");
    return new OpenAiSettings(new LineOptions(options).with(given).options(), trace, logprobs);
  }

  /** Generation settings under their own names. */
  private static Map<String, @Nullable Object> ownNames(Fields fields) {
    ObjectNode own = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> other : fields.others().entrySet()) {
      if (GenerationOptions.isSetting(other.getKey()) && !other.getValue().isNull()) {
        own.set(other.getKey(), other.getValue());
      }
    }
    return JsonValues.of(own);
  }

  private static void readLimits(Fields fields, Map<String, @Nullable Object> generation) {
    Integer tokens = fields.integer("max_tokens", 1, Integer.MAX_VALUE);
    Integer completion = fields.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
    ApiException.require(
        tokens == null || completion == null || tokens.equals(completion),
        "max_tokens",
        "is not max_completion_tokens; give one of them");
    Integer most = tokens == null ? completion : tokens;
    if (most != null) {
      put(generation, "max_new_tokens", most, "max_tokens");
    }
  }

  private static void readSampling(
      Fields fields, Map<String, @Nullable Object> generation, OpenAiShape shape) {
    Double temperature = fields.number("temperature");
    if (temperature != null) {
      if (temperature < 0) {
        throw fields.wrong("temperature", "0 or more");
      }
      put(generation, SAMPLES, temperature > 0, "temperature");
    }
    fields.number("top_p");
    Integer given = fields.integer("n", 1, Integer.MAX_VALUE);
    int answers = given == null ? 1 : given;
    Integer best =
        shape == OpenAiShape.TEXT ? fields.integer("best_of", 1, Integer.MAX_VALUE) : null;
    if (best != null && best != answers) {
      // More candidates than answers would be drawn and dropped, which is not done here.
      throw ApiException.unsupported("best_of", "is not supported beyond n; use num_beams");
    }
    if (given != null) {
      put(generation, "num_return_sequences", answers, "n");
    }
    if (answers > 1 && !(generation.get("num_beams") instanceof Number)) {
      ApiException.require(
          !Boolean.FALSE.equals(generation.putIfAbsent(SAMPLES, true)),
          "n",
          "several answers are drawn, which needs a temperature above 0, or num_beams");
    }
  }

  /** Sets a setting that the body may also give by its own name, if it says the same. */
  static void put(
      Map<String, @Nullable Object> generation, String name, Object value, String param) {
    Object other = generation.put(name, value);
    ApiException.require(
        other == null || other.equals(value), param, "contradicts " + name + "; give one of them");
  }

  /**
   * Reads what answers must be a text of; where the field is absent, generation settings stay.
   *
   * @throws ApiException 400 when it is of no kind that is known, or contradicts another
   */
  private static void readFormat(Fields fields, Map<String, @Nullable Object> generation) {
    ObjectNode format = fields.object(FORMAT);
    if (format == null) {
      return;
    }
    Fields inside = new Fields("request", FORMAT + ".", format);
    String type = inside.text("type");
    switch (type == null ? "" : type) {
      // Any text, whatever the folder asks for.
      case "text" -> generation.putIfAbsent(CONSTRAINT, null);
      case "json_object" -> put(generation, CONSTRAINT, Map.of("json_object", true), FORMAT);
      case "json_schema" -> {
        ObjectNode schema = inside.inside("json_schema").object("schema");
        if (schema == null) {
          throw ApiException.badRequest(FORMAT + ": lacks json_schema.schema; give it", FORMAT);
        }
        put(generation, CONSTRAINT, Map.of("json", JsonValues.of(schema)), FORMAT);
      }
      default ->
          throw ApiException.badRequest(
              FORMAT + ": is of no type that is known; give text, json_object or json_schema",
              FORMAT);
    }
    OpenAiBody.refuseOthers(FORMAT, inside);
  }

  private static void readBias(Fields fields, Map<String, @Nullable Object> generation) {
    ObjectNode biases = fields.object("logit_bias");
    if (biases == null || biases.isEmpty()) {
      return;
    }
    ApiException.require(
        biases.size() <= MOST_BIASES,
        "logit_bias",
        "has " + biases.size() + " entries; give at most " + MOST_BIASES);
    List<Object> pairs = new ArrayList<>();
    Fields inside = new Fields("request", "logit_bias.", biases);
    for (Map.Entry<String, JsonNode> token : biases.properties()) {
      Double bias = inside.number(token.getKey());
      if (!ID.matcher(token.getKey()).matches() || bias == null || Math.abs(bias) > MOST_BIAS) {
        throw fields.wrong("logit_bias", "numbers from -100 to 100 by ids of tokens");
      }
      pairs.add(List.of(List.of(Integer.parseInt(token.getKey())), bias));
    }
    put(generation, "sequence_bias", pairs, "logit_bias");
  }

  /** Whether probabilities are told, and of how many alternatives: two parameters in a chat. */
  private static @Nullable Integer chatLogprobs(Fields fields) {
    boolean wanted = Boolean.TRUE.equals(fields.flag("logprobs"));
    Integer top = fields.integer("top_logprobs", 0, GenerationOptions.MOST_ALTERNATIVES);
    ApiException.require(
        wanted || top == null || top == 0,
        "top_logprobs",
        "needs logprobs; set it to true, or leave both out");
    return wanted ? Objects.requireNonNullElse(top, 0) : null;
  }

  /** One parameter for both, as the older interface has it. */
  private static @Nullable Integer textLogprobs(Fields fields) {
    return BooleanNode.FALSE.equals(fields.value("logprobs"))
        ? null
        : fields.integer("logprobs", 0, GenerationOptions.MOST_ALTERNATIVES);
  }

  /**
   * Refuses what nobody has read of a body, and would change its answer.
   *
   * @throws ApiException 400
   */
  static void refuseOthers(Fields fields) {
    for (Map.Entry<String, JsonNode> other : fields.others().entrySet()) {
      String name = other.getKey();
      JsonNode value = other.getValue();
      if (value.isNull() || WITHOUT_EFFECT.contains(name) || GenerationOptions.isSetting(name)) {
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
}
