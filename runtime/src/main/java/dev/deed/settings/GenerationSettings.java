package dev.deed.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.decode.SearchStrategy;
import dev.deed.decode.SearchStrategy.EarlyStopping;
import dev.deed.decode.logits.AnswerLanguage;
import dev.deed.decode.logits.AnswerState;
import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.TableGrammar;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Generation settings with the names, meanings and defaults of Transformers 5: the folder's, under
 * the caller's. A setting that would change the answer and is not supported is refused.
 */
public final class GenerationSettings {
  /** New tokens where neither the folder nor the caller says how many. */
  private static final int DEFAULT_NEW_TOKENS = 20;

  /** Most tokens of an answer. */
  public static final int LONGEST = 1 << 20;

  private static final int MOST_SEQUENCES = 1024;

  /** Of a list that a caller states, and with all that they hold. */
  private static final int MOST_ENTRIES = 512;

  private static final int MOST_VALUES = 8192;

  /** Beyond it lengths divide scores by 0 or by infinity. */
  private static final double MOST_LENGTH_PENALTY = 100;

  /** Transformers passes by what is beyond 1; a caller who states it means something else. */
  private static final List<String> SHARES =
      List.of("top_p", "min_p", "typical_p", "epsilon_cutoff", "eta_cutoff");

  private static final List<String> FLAGS =
      List.of("do_sample", "remove_invalid_values", "renormalize_logits", "return_timestamps");

  private static final List<String> TOKENS =
      List.of("bos_token_id", "decoder_start_token_id", "no_timestamps_token_id", "pad_token_id");

  private final SettingValues values;
  private final List<Integer> ends;
  private final int decoderStart;
  private final @Nullable AnswerState language;

  private GenerationSettings(
      SettingValues values, List<Integer> ends, int decoderStart, @Nullable AnswerState language) {
    this.values = values;
    this.ends = ends;
    this.decoderStart = decoderStart;
    this.language = language;
  }

  /** What answers must be a text of, {@code structured_outputs}; null where they may be any. */
  public @Nullable JsonNode structured() {
    return values.value("structured_outputs");
  }

  /** Bytes of memory, about, that the language of {@link #inLanguage} takes. */
  public long languageBytes() {
    return language == null ? 0 : language.bytes();
  }

  /**
   * The same settings with the language that {@link #structured} asks for.
   *
   * @param start before the first token
   */
  public GenerationSettings inLanguage(AnswerState start) {
    return new GenerationSettings(values, ends, decoderStart, start);
  }

  /**
   * Reads the folder's settings under the caller's.
   *
   * @param defaults what the folder states
   * @param overrides what the caller states; null inside it switches a default off
   * @throws InputException when a setting is unknown, not valid or not supported
   */
  public static GenerationSettings read(
      GenerationDefaults defaults, @Nullable ObjectNode overrides) {
    int vocabulary = defaults.vocabulary();
    ObjectNode merged = defaults.settings().objectNode().setAll(defaults.settings());
    if (overrides != null) {
      overrides.fieldNames().forEachRemaining(SettingNames::requireKnown);
      requireBounded(overrides, defaults.settings());
      requireUsable(overrides, vocabulary);
      merged.setAll(overrides);
    }
    SettingNames.requireSupported(merged);
    SettingValues values = new SettingValues(merged, vocabulary);
    boolean silent = !merged.has("eos_token_id");
    Integer start = values.token("decoder_start_token_id");
    Integer first = start == null ? values.token("bos_token_id") : start;
    List<Integer> ends = silent ? defaults.ends() : values.tokens("eos_token_id");
    return new GenerationSettings(
        values, ends, first == null ? defaults.decoderStart() : first, tables(values, ends));
  }

  /** The grammar of tables, where its tags are given: {@code table_grammar}, DEED's own. */
  private static @Nullable AnswerState tables(SettingValues values, List<Integer> ends) {
    List<Integer> tags = values.tokens("table_grammar");
    if (!tags.isEmpty() && tags.size() != TableGrammar.TAGS.size()) {
      throw values.wrong("table_grammar", "must be the tokens of " + TableGrammar.TAGS);
    }
    return tags.isEmpty() ? null : TableGrammar.start(tags, ends);
  }

  /**
   * Callers may be strangers, and some lists are looked at for every token of an answer. What a
   * folder states is its maker's own matter, and a caller may give as much.
   *
   * @throws InputException when a list, or what it holds, is too long
   */
  private static void requireBounded(ObjectNode overrides, ObjectNode defaults) {
    for (Map.Entry<String, JsonNode> setting : overrides.properties()) {
      JsonNode own = defaults.path(setting.getKey());
      int entries = Math.max(MOST_ENTRIES, own.size());
      int size = setting.getValue().size();
      if (size > entries) {
        throw SettingNames.wrong(
            setting.getKey(), "has " + size + " entries", "give at most " + entries);
      }
      long values = Math.max(MOST_VALUES, values(own));
      if (values(setting.getValue()) > values) {
        throw SettingNames.wrong(
            setting.getKey(),
            "holds more than " + values + " numbers",
            "give fewer or shorter entries");
      }
    }
  }

  private static long values(JsonNode value) {
    return 1 + value.valueStream().mapToLong(GenerationSettings::values).sum();
  }

  /** What the caller states is checked, also where this way of decoding does not read it. */
  private static void requireUsable(ObjectNode overrides, int vocabulary) {
    ObjectNode stated = overrides;
    JsonNode temperature = stated.path("temperature");
    if (temperature.isNumber() && temperature.doubleValue() == 0) {
      // Many ask so for greedy decoding; a draw refuses it.
      stated = overrides.objectNode().setAll(overrides);
      stated.remove("temperature");
    }
    SettingValues values = new SettingValues(stated, vocabulary);
    SHARES.forEach(share -> values.number(share, 1, 0, 1));
    FLAGS.forEach(values::flag);
    TOKENS.forEach(values::token);
    new ProcessorChain(values, List.of()).warpers(true, 1);
    lengthPenalty(values);
    earlyStopping(values);
    values.integer("max_length", 1, 1, LONGEST);
    values.integer("min_length", 0, 0, LONGEST);
    values.integer("max_initial_timestamp_index", 0, 0, Integer.MAX_VALUE);
  }

  /** Those of the folder and the caller that change an answer; null: switched off. A copy. */
  public ObjectNode inForce() {
    return values.settings().deepCopy().retain(SettingNames.applied());
  }

  /** First decoder input. */
  public int decoderStart() {
    return decoderStart;
  }

  /** Tokens that end a generation; may be none. */
  public List<Integer> ends() {
    return ends;
  }

  /** The token that fills up; null when none is stated. */
  public @Nullable Integer padding() {
    return values.token("pad_token_id");
  }

  /**
   * Decoder inputs to begin with: the decoder's start and, as Whisper's folders of old state them,
   * the tokens forced right behind it.
   */
  public int[] prefix() {
    List<Integer> prefix = new ArrayList<>(List.of(decoderStart));
    String key = "forced_decoder_ids";
    for (JsonNode forced : values.list(key)) {
      values.require(
          forced.isArray() && forced.size() == 2 && forced.path(0).asInt() == prefix.size(),
          key,
          "must be a list of [place, token] from place 1");
      values.require(
          !forced.path(1).isNull(), key, "leaves a token open; give decoder_input_ids instead");
      prefix.add(values.integer(key, forced.get(1), 0, values.vocabulary() - 1));
    }
    return prefix.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Most tokens to emit: {@code max_new_tokens}, else {@code max_length} less the prefix, else
   * {@value #DEFAULT_NEW_TOKENS}.
   *
   * @param prefix number of decoder inputs to begin with
   * @param positions that the decoder has
   */
  public int maxNewTokens(int prefix, int positions) {
    int most;
    if (values.has("max_new_tokens")) {
      most = values.integer("max_new_tokens", 0, 1, LONGEST);
    } else if (values.has("max_length")) {
      most = values.integer("max_length", 0, 1, LONGEST) - prefix;
      values.require(
          most >= 1, "max_length", "the decoder's prefix alone has " + prefix + " tokens");
    } else {
      most = Math.max(1, Math.min(DEFAULT_NEW_TOKENS, positions - prefix));
    }
    // The last token is emitted, never fed back, so it needs no position.
    return Math.min(most, positions - prefix + 1);
  }

  /** Fewest tokens, prefix included, before an end token. */
  private int minLength(int prefix) {
    return values.has("min_new_tokens")
        ? prefix + values.integer("min_new_tokens", 0, 0, LONGEST)
        : values.integer("min_length", 0, 0, LONGEST);
  }

  /**
   * What acts on scores before confidence is taken, in the order of Transformers.
   *
   * @param prefix number of decoder inputs to begin with
   * @param newTokens most tokens to emit
   * @param source tokens of the encoder's input; null when it reads none
   */
  public List<LogitsProcessor> processors(int prefix, int newTokens, int @Nullable [] source) {
    List<LogitsProcessor> chain =
        new ProcessorChain(values, ends).processors(prefix, newTokens, minLength(prefix), source);
    if (language != null) {
      // A forced first token comes before the text.
      boolean forced = prefix == 1 && values.has("forced_bos_token_id");
      chain.add(new AnswerLanguage(language, forced ? prefix + 1 : prefix));
    }
    return chain;
  }

  /** How tokens are chosen. */
  public SearchStrategy strategy() {
    int beams = values.integer("num_beams", 1, 1, MOST_SEQUENCES);
    int returned = values.integer("num_return_sequences", 1, 1, MOST_SEQUENCES);
    boolean sampling = values.flag("do_sample");
    List<LogitsProcessor> warpers = new ProcessorChain(values, ends).warpers(sampling, beams);
    // Draws repeat from run to run unless the caller gives seeds.
    long seed = values.wholeNumber("seed", 0);
    if (beams == 1) {
      if (sampling) {
        return new SearchStrategy.Sampling(returned, seed, warpers);
      }
      values.require(
          returned <= 1,
          "num_return_sequences",
          "greedy decoding has one answer; set num_beams or do_sample");
      return new SearchStrategy.Greedy();
    }
    values.require(
        returned <= beams, "num_return_sequences", "there are no more than num_beams, " + beams);
    return new SearchStrategy.Beam(
        beams,
        returned,
        lengthPenalty(values),
        earlyStopping(values),
        warpers,
        sampling ? seed : null);
  }

  private static double lengthPenalty(SettingValues values) {
    return values.number("length_penalty", 1, -MOST_LENGTH_PENALTY, MOST_LENGTH_PENALTY);
  }

  private static EarlyStopping earlyStopping(SettingValues values) {
    JsonNode value = values.value("early_stopping");
    if (value == null || value.equals(BooleanNode.FALSE)) {
      return EarlyStopping.WHEN_UNLIKELY;
    }
    if (value.isBoolean()) {
      return EarlyStopping.WHEN_FULL;
    }
    if (value.asText().equals("never")) {
      return EarlyStopping.WHEN_HOPELESS;
    }
    throw values.wrong("early_stopping", "must be true, false or \"never\"");
  }
}
