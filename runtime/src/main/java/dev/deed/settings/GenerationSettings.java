package dev.deed.settings;

import dev.deed.decode.SearchStrategy;
import dev.deed.decode.SearchStrategy.EarlyStopping;
import dev.deed.decode.logits.AnswerLanguage;
import dev.deed.decode.logits.AnswerState;
import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.TableGrammar;
import dev.deed.value.GenerationSetting;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
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

  /** Of a list that a caller states, and with all that they hold. */
  private static final int MOST_ENTRIES = 512;

  private static final int MOST_VALUES = 8192;

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
  public @Nullable Object structured() {
    return values.value(GenerationSetting.STRUCTURED_OUTPUTS);
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
   * @param overrides what the caller states, by names that are known; null inside it switches a
   *     default off
   * @throws InputException when a setting is unknown, not valid or not supported
   */
  public static GenerationSettings read(
      GenerationDefaults defaults, Map<String, @Nullable Object> overrides) {
    int vocabulary = defaults.vocabulary();
    requireBounded(overrides, defaults.settings());
    // Also where this way of decoding does not read it.
    SettingValues given = new SettingValues(overrides, vocabulary);
    GenerationSetting.ALL.forEach(given::check);
    Map<String, @Nullable Object> merged = new LinkedHashMap<>(defaults.settings());
    merged.putAll(overrides);
    SettingNames.requireSupported(merged);
    SettingValues values = new SettingValues(merged, vocabulary);
    boolean silent = !merged.containsKey(GenerationSetting.EOS_TOKEN_ID.name());
    Integer start = values.token(GenerationSetting.DECODER_START_TOKEN_ID);
    Integer first = start == null ? values.token(GenerationSetting.BOS_TOKEN_ID) : start;
    List<Integer> ends = silent ? defaults.ends() : values.tokens(GenerationSetting.EOS_TOKEN_ID);
    return new GenerationSettings(
        values, ends, first == null ? defaults.decoderStart() : first, tables(values, ends));
  }

  /** The grammar of tables, where its tags are given: {@code table_grammar}, DEED's own. */
  private static @Nullable AnswerState tables(SettingValues values, List<Integer> ends) {
    List<Integer> tags = values.tokens(GenerationSetting.TABLE_GRAMMAR);
    if (!tags.isEmpty() && tags.size() != TableGrammar.TAGS.size()) {
      throw values.wrong(
          GenerationSetting.TABLE_GRAMMAR, "must be the tokens of " + TableGrammar.TAGS);
    }
    return tags.isEmpty() ? null : TableGrammar.start(tags, ends);
  }

  /**
   * Callers may be strangers, and some lists are looked at for every token of an answer. What a
   * folder states is its maker's own matter, and a caller may give as much.
   *
   * @throws InputException when a list, or what it holds, is too long
   */
  private static void requireBounded(
      Map<String, @Nullable Object> overrides, Map<String, Object> defaults) {
    for (Map.Entry<String, @Nullable Object> setting : overrides.entrySet()) {
      Object own = defaults.get(setting.getKey());
      int entries = Math.max(MOST_ENTRIES, items(own).size());
      int size = items(setting.getValue()).size();
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

  private static Collection<?> items(@Nullable Object value) {
    return switch (value) {
      case List<?> list -> list;
      case Map<?, ?> map -> map.values();
      case null, default -> List.of();
    };
  }

  private static long values(@Nullable Object value) {
    return 1 + items(value).stream().mapToLong(GenerationSettings::values).sum();
  }

  /** Those of the folder and the caller that change an answer; null: switched off. A copy. */
  public Map<String, @Nullable Object> inForce() {
    Map<String, @Nullable Object> applied = new LinkedHashMap<>(values.settings());
    applied.keySet().retainAll(SettingNames.applied());
    return applied;
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
    return values.token(GenerationSetting.PAD_TOKEN_ID);
  }

  /**
   * Decoder inputs to begin with: the decoder's start and, as Whisper's folders of old state them,
   * the tokens forced right behind it.
   */
  public int[] prefix() {
    List<Integer> prefix = new ArrayList<>(List.of(decoderStart));
    GenerationSetting<?> setting = GenerationSetting.FORCED_DECODER_IDS;
    for (Object forced : values.list(setting)) {
      if (!(forced instanceof List<?> pair)
          || pair.size() != 2
          || !Integer.valueOf(prefix.size()).equals(pair.getFirst())) {
        throw values.wrong(setting, "must be a list of [place, token] from place 1");
      }
      values.require(
          pair.get(1) != null, setting, "leaves a token open; give decoder_input_ids instead");
      prefix.add(values.token(setting, pair.get(1)));
    }
    return prefix.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Whether the folder or the caller forces a token behind the decoder's start. */
  public boolean forcesFirst() {
    return values.has(GenerationSetting.FORCED_BOS_TOKEN_ID)
        || values.list(GenerationSetting.FORCED_DECODER_IDS).stream()
            .findFirst()
            .filter(forced -> !(forced instanceof List<?> pair) || pair.getLast() != null)
            .isPresent();
  }

  /** Whether answers hold timestamps. */
  public boolean timestamps() {
    return values.get(GenerationSetting.RETURN_TIMESTAMPS, false);
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
    if (values.has(GenerationSetting.MAX_NEW_TOKENS)) {
      most = values.get(GenerationSetting.MAX_NEW_TOKENS, 0);
    } else if (values.has(GenerationSetting.MAX_LENGTH)) {
      most = values.get(GenerationSetting.MAX_LENGTH, 0) - prefix;
      values.require(
          most >= 1,
          GenerationSetting.MAX_LENGTH,
          "the decoder's prefix alone has " + prefix + " tokens");
    } else {
      most = Math.max(1, Math.min(DEFAULT_NEW_TOKENS, positions - prefix));
    }
    // The last token is emitted, never fed back, so it needs no position.
    return Math.min(most, positions - prefix + 1);
  }

  /** Fewest tokens, prefix included, before an end token. */
  private int minLength(int prefix) {
    return values.has(GenerationSetting.MIN_NEW_TOKENS)
        ? prefix + values.get(GenerationSetting.MIN_NEW_TOKENS, 0)
        : values.get(GenerationSetting.MIN_LENGTH, 0);
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
      boolean forced = prefix == 1 && values.has(GenerationSetting.FORCED_BOS_TOKEN_ID);
      chain.add(new AnswerLanguage(language, forced ? prefix + 1 : prefix));
    }
    return chain;
  }

  /** How tokens are chosen. */
  public SearchStrategy strategy() {
    int beams = values.get(GenerationSetting.NUM_BEAMS, 1);
    int returned = values.get(GenerationSetting.NUM_RETURN_SEQUENCES, 1);
    boolean sampling =
        values.get(GenerationSetting.DO_SAMPLE, false)
            // A temperature of 0 asks for the likeliest token, at every door.
            && values.number(GenerationSetting.TEMPERATURE, 1, 0, Float.MAX_VALUE) > 0;
    List<LogitsProcessor> warpers = new ProcessorChain(values, ends).warpers(sampling, beams);
    // Draws repeat from run to run unless the caller gives seeds.
    long seed = values.get(GenerationSetting.SEED, 0L);
    if (beams == 1) {
      if (sampling) {
        return new SearchStrategy.Sampling(returned, seed, warpers);
      }
      values.require(
          returned <= 1,
          GenerationSetting.NUM_RETURN_SEQUENCES,
          "greedy decoding has one answer; set num_beams or do_sample");
      return new SearchStrategy.Greedy();
    }
    values.require(
        returned <= beams,
        GenerationSetting.NUM_RETURN_SEQUENCES,
        "there are no more than num_beams, " + beams);
    return new SearchStrategy.Beam(
        beams,
        returned,
        values.get(GenerationSetting.LENGTH_PENALTY, 1.0),
        earlyStopping(values),
        warpers,
        sampling ? seed : null);
  }

  private static EarlyStopping earlyStopping(SettingValues values) {
    Object value = values.get(GenerationSetting.EARLY_STOPPING, false);
    if (value.equals(true)) {
      return EarlyStopping.WHEN_FULL;
    }
    return value.equals(false) ? EarlyStopping.WHEN_UNLIKELY : EarlyStopping.WHEN_HOPELESS;
  }
}
