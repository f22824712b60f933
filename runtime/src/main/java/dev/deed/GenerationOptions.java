package dev.deed;

import dev.deed.settings.SettingNames;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.GenerationSetting;
import dev.deed.value.InputException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to generate. Names and meanings of the settings are those of Transformers; {@code
 * docs/generation.md} lists them. Immutable: each method that changes something returns new
 * options.
 *
 * <p>What an application does not set is the model's own: its exits, and the settings of its folder
 * ({@link EncoderDecoderModel#generationDefaults}). The defaults below hold where the folder is
 * silent too. {@link #withSetting setting(name, null)} switches a default of the folder off.
 *
 * <p>A model checks the values when it gets a request, because they depend on its vocabulary. One
 * that is out of range then gives an {@link InputException}.
 */
public final class GenerationOptions {
  /** Most alternatives that a token tells of. */
  public static final int MOST_ALTERNATIVES = 20;

  /** Most tokens of a prediction. */
  public static final int MOST_PREDICTED = 1 << 16;

  /** Most bytes of a prediction in UTF-8. */
  public static final int LONGEST_PREDICTION = 1 << 18;

  private static final GenerationOptions DEFAULTS =
      new GenerationOptions(ExitSettings.own(), Map.of(), 0, true, List.of(), null);
  private static final int MOST_STOPS = 16;
  private static final int LONGEST_STOP = 256;

  private final ExitSettings exits;

  /** By their names; null: a default of the folder is switched off. Never changed. */
  private final Map<String, @Nullable Object> settings;

  private final int alternatives;
  private final boolean logProbabilities;
  private final List<String> stop;
  private final @Nullable Prediction prediction;

  private GenerationOptions(
      ExitSettings exits,
      Map<String, @Nullable Object> settings,
      int alternatives,
      boolean logProbabilities,
      List<String> stop,
      @Nullable Prediction prediction) {
    this.exits = exits;
    this.settings = settings;
    this.alternatives = alternatives;
    this.logProbabilities = logProbabilities;
    this.stop = stop;
    this.prediction = prediction;
  }

  /** {@return options that set nothing: the model's own exits and generation settings} */
  public static GenerationOptions defaults() {
    return DEFAULTS;
  }

  /** {@return when a token leaves the decoder} */
  public ExitSettings exits() {
    return exits;
  }

  /**
   * {@return the same options with other exits}
   *
   * @param other when a token leaves the decoder
   */
  public GenerationOptions withExits(ExitSettings other) {
    return new GenerationOptions(
        Objects.requireNonNull(other, "exits"),
        settings,
        alternatives,
        logProbabilities,
        stop,
        prediction);
  }

  /** {@return how many {@linkplain #withAlternatives(int) alternatives} each token tells of} */
  public int alternatives() {
    return alternatives;
  }

  /**
   * Asks for the most probable tokens at the exit of each token: {@link Token#alternatives}. They
   * are told by probability before logits processors, and change nothing else in the answer. No
   * folder sets this, and {@link #withSetting} does not know it.
   *
   * @param count how many, 0…{@value #MOST_ALTERNATIVES}; 0, the default: none
   * @return the same options with this number
   * @throws InputException when it is out of range
   */
  public GenerationOptions withAlternatives(int count) {
    InputException.requireField(
        count >= 0 && count <= MOST_ALTERNATIVES,
        "alternatives",
        "are " + count,
        "give 0.." + MOST_ALTERNATIVES);
    return new GenerationOptions(exits, settings, count, logProbabilities, stop, prediction);
  }

  /** {@return whether answers tell {@linkplain #withLogProbabilities log-probabilities}} */
  public boolean logProbabilities() {
    return logProbabilities;
  }

  /**
   * Says whether anybody reads the answer's log-probabilities and score. Where nobody does, greedy
   * tokens come sooner from a model with a large head in fp32 or bf16: an int8 copy of the head is
   * asked first, and the head itself for the few tokens that may be the largest ({@link
   * OpenOptions.Screening}). Tokens and exit layers are the same to the bit. {@link
   * Token#logProbability} and {@link GeneratedSequence#score} are NaN, and {@link Token#confidence}
   * is an estimate where the copy answered. Samples, beams, alternatives, and settings that do more
   * than ban tokens read the whole head as before. No folder sets this, and {@link #withSetting}
   * does not know it.
   *
   * @param wanted false: nobody reads them; true, the default: they are told, and exact
   * @return the same options with or without them
   */
  public GenerationOptions withLogProbabilities(boolean wanted) {
    return new GenerationOptions(exits, settings, alternatives, wanted, stop, prediction);
  }

  /** {@return the texts before which the {@linkplain #withStop(List) answer ends}} */
  public List<String> stop() {
    return stop;
  }

  /**
   * Ends the answer before a text: with {@link Finish#STOP}, as soon as its text holds one of
   * these. Of several that it holds the one that ends first counts, of those that end together the
   * longest, so that the answer's text holds none of them. Its tokens are those up to the one that
   * completed the text, and what it took is what these took. A listener gets no part of a stop
   * string.
   *
   * <p>Needs a tokenizer and one sequence: a model refuses them with beams or several answers. No
   * folder sets this, and {@link #withSetting} does not know it: {@code stop_strings} of
   * Transformers, which leaves the text in the answer, is another matter.
   *
   * @param strings at most {@value #MOST_STOPS}, of 1…{@value #LONGEST_STOP} characters (UTF-16);
   *     none, the default: the answer ends by its tokens alone
   * @return the same options with these
   * @throws InputException when there are too many, or one is empty or too long
   */
  public GenerationOptions withStop(List<String> strings) {
    Input.requireElements("stop", strings);
    InputException.requireField(
        strings.size() <= MOST_STOPS,
        "stop",
        "has " + strings.size() + " strings",
        "give at most " + MOST_STOPS);
    for (String string : strings) {
      InputException.requireField(
          !string.isEmpty() && string.length() <= LONGEST_STOP,
          "stop",
          "has a string of " + string.length() + " characters",
          "give strings of 1.." + LONGEST_STOP);
    }
    return new GenerationOptions(
        exits, settings, alternatives, logProbabilities, List.copyOf(strings), prediction);
  }

  /** {@return the text that the answer is {@linkplain #withPrediction expected} to be; or null} */
  public @Nullable String prediction() {
    return prediction instanceof Prediction.Text(String text) ? text : null;
  }

  /** What the answer is expected to be, as a text or as tokens; null: nobody knows. */
  @Nullable Prediction expected() {
    return prediction;
  }

  /**
   * Tells what the answer will be, more or less: yesterday's answer to an input that has changed a
   * little, a transcript of a smaller model, the text layer of a page. What the text says next is
   * drafted, also behind a difference, and verified at full depth. So exits are {@linkplain
   * ExitSetting#LOSSLESS lossless}, and the answer is the one without a prediction, bit for bit. A
   * wrong one costs little. Not with beams, nor where lossless exits are switched off. No folder
   * sets this, and {@link #withSetting} does not know it.
   *
   * @param text at most {@value #LONGEST_PREDICTION} bytes in UTF-8, and {@value #MOST_PREDICTED}
   *     tokens, or as many as the engine takes of a prompt; it needs a tokenizer. Null, the
   *     default: none
   * @return the same options with this text
   * @throws InputException when it is too long
   */
  public GenerationOptions withPrediction(@Nullable String text) {
    long bytes = text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    InputException.requireField(
        bytes <= LONGEST_PREDICTION,
        "prediction",
        "has " + bytes + " bytes, more than the " + LONGEST_PREDICTION + " allowed",
        "shorten it");
    return withExpected(text == null ? null : new Prediction.Text(text));
  }

  /** The same options with what the answer is expected to be. */
  GenerationOptions withExpected(@Nullable Prediction other) {
    return new GenerationOptions(exits, settings, alternatives, logProbabilities, stop, other);
  }

  /**
   * The exits with which it is decoded: a prediction implies lossless ones.
   *
   * @throws InputException when these are switched off
   */
  ExitSettings impliedExits() {
    if (prediction == null) {
      return exits;
    }
    InputException.requireField(
        !Boolean.FALSE.equals(exits.get(ExitSetting.LOSSLESS)),
        "prediction",
        "is verified by lossless exits, and these are switched off",
        "leave out one of the two");
    return exits.with(ExitSetting.LOSSLESS, true);
  }

  /**
   * Bounds the length of the answer: {@code max_new_tokens}. The decoder's start and prefix do not
   * count, the end token does. The positions that the decoder has bound it too.
   *
   * @param tokens most new tokens, 1…1048576; unset: {@code max_length} less the prefix, else 20
   * @return the same options with this setting
   */
  public GenerationOptions withMaxNewTokens(int tokens) {
    return withSetting("max_new_tokens", tokens);
  }

  /**
   * Forbids end tokens at the beginning of the answer: {@code min_new_tokens}.
   *
   * @param tokens how many new tokens come before an end token, 0…1048576; unset: {@code
   *     min_length} less the prefix, else 0
   * @return the same options with this setting
   */
  public GenerationOptions withMinNewTokens(int tokens) {
    return withSetting("min_new_tokens", tokens);
  }

  /**
   * Searches with several hypotheses side by side: {@code num_beams}.
   *
   * @param count number of hypotheses, 1…1024; 1, the default: no beam search
   * @return the same options with this setting
   */
  public GenerationOptions withBeams(int count) {
    return withSetting("num_beams", count);
  }

  /**
   * Asks for several answers to an input: {@code num_return_sequences}. They are {@link
   * Generation#sequences}.
   *
   * @param count number of answers, 1…1024, with beams at most as many as these; more than 1 needs
   *     beams or sampling; default: 1
   * @return the same options with this setting
   */
  public GenerationOptions withReturnedSequences(int count) {
    return withSetting("num_return_sequences", count);
  }

  /**
   * Draws tokens at random by their probabilities: {@code do_sample}. Beam search then draws its
   * candidates; limits such as {@link #withTopK} leave it at least one token more than there are
   * end tokens.
   *
   * @param on whether tokens are drawn; false, the default: the most probable ones are taken
   * @return the same options with this setting
   */
  public GenerationOptions withSampling(boolean on) {
    return withSetting("do_sample", on);
  }

  /**
   * Seeds the draws: {@code seed}. The same seed gives the same answer, whatever the batch and the
   * number of threads. It does not switch {@link #withSampling} on.
   *
   * @param seed any whole number of 64 bits; default: 0
   * @return the same options with this setting
   */
  public GenerationOptions withSeed(long seed) {
    return withSetting("seed", seed);
  }

  /**
   * Divides the scores before a draw: {@code temperature}. Has an effect only with {@link
   * #withSampling}.
   *
   * @param temperature 0 or more; below 1 the likely tokens become likelier; 0: the likeliest token
   *     is taken, as without sampling; default: 1
   * @return the same options with this setting
   */
  public GenerationOptions withTemperature(double temperature) {
    return withSetting("temperature", temperature);
  }

  /**
   * Draws among the likeliest tokens: {@code top_k}. Has an effect only with {@link #withSampling}.
   *
   * @param tokens number of tokens to draw from, 0 or more; 0: all; default: 50
   * @return the same options with this setting
   */
  public GenerationOptions withTopK(int tokens) {
    return withSetting("top_k", tokens);
  }

  /**
   * Draws among the likeliest tokens, as few as together reach a probability: {@code top_p}. Has an
   * effect only with {@link #withSampling}.
   *
   * @param probability 0…1; 0: as few tokens as can be; 1, the default: all
   * @return the same options with this setting
   */
  public GenerationOptions withTopP(double probability) {
    return withSetting("top_p", probability);
  }

  /**
   * Forbids that a run of tokens occurs twice, the decoder's prefix included: {@code
   * no_repeat_ngram_size}.
   *
   * @param size length of the run in tokens, 0…65536; 0, the default: all may occur twice
   * @return the same options with this setting
   */
  public GenerationOptions withNoRepeatNgram(int size) {
    return withSetting("no_repeat_ngram_size", size);
  }

  /**
   * Makes tokens less likely that occurred before, in the decoder's prefix or in the answer: {@code
   * repetition_penalty}.
   *
   * @param penalty above 0; positive scores are divided by it, negative ones multiplied, so that
   *     below 1 these tokens become likelier; 1, the default: no effect
   * @return the same options with this setting
   */
  public GenerationOptions withRepetitionPenalty(double penalty) {
    return withSetting("repetition_penalty", penalty);
  }

  /**
   * Lets the answer's text be one of a language alone: {@code structured_outputs}. Where one token
   * alone keeps it so, that token takes no layer.
   *
   * @param constraint the language; null: any text, whatever the folder says
   * @return the same options with this setting
   */
  public GenerationOptions withConstraint(@Nullable Constraint constraint) {
    return withSetting("structured_outputs", constraint == null ? null : constraint.setting());
  }

  /**
   * Sets a setting of the table.
   *
   * @param <T> type of its values
   * @param setting which
   * @param value its value; null switches a default of the folder off
   * @return the same options with this setting
   */
  public <T> GenerationOptions with(GenerationSetting<T> setting, @Nullable T value) {
    return withSetting(setting.name(), value);
  }

  /**
   * Sets a setting by its name in {@code generation_config.json}.
   *
   * @param name such as {@code num_beams}
   * @param value a Boolean, a whole number, a finite number, a text, or a list or a map of these,
   *     with at most 512 entries and 8192 values unless the folder states more; null switches a
   *     default of the folder off
   * @return the same options with this setting
   * @throws InputException when there is no such setting, or the value is of another type
   */
  public GenerationOptions withSetting(String name, @Nullable Object value) {
    return withSettings(Collections.singletonMap(name, value));
  }

  /**
   * {@return whether there is a setting of this name}
   *
   * @param name such as {@code num_beams}
   */
  public static boolean isSetting(String name) {
    return SettingNames.isKnown(name);
  }

  /**
   * Sets several settings by their names, as {@link #withSetting} sets one.
   *
   * @param values values by names, such as {@link EncoderDecoderModel#generationDefaults} gives
   *     them
   * @return the same options with these settings
   * @throws InputException when there is no such setting, or a value is of another type
   */
  public GenerationOptions withSettings(Map<String, ? extends @Nullable Object> values) {
    Objects.requireNonNull(values, "values");
    Map<String, @Nullable Object> more = new LinkedHashMap<>(settings);
    values.forEach(
        (name, value) -> {
          SettingNames.requireKnown(Objects.requireNonNull(name, "name"));
          more.put(name, copy(name, value));
        });
    return new GenerationOptions(
        exits, Collections.unmodifiableMap(more), alternatives, logProbabilities, stop, prediction);
  }

  boolean statesLength() {
    return settings.get(GenerationSetting.MAX_NEW_TOKENS.name()) != null
        || settings.get(GenerationSetting.MAX_LENGTH.name()) != null;
  }

  /**
   * {@return the settings that were set, by name; null: a default of the folder is switched off}
   */
  public Map<String, @Nullable Object> settings() {
    return settings;
  }

  /** A number as it is; of what may be of any length, its kind. */
  private static String shown(@Nullable Object value) {
    return value instanceof Number || value == null
        ? String.valueOf(value)
        : "an object of " + value.getClass().getSimpleName();
  }

  /** A value that does not change any more, with numbers of the types that JSON has. */
  private static @Nullable Object copy(String name, @Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Boolean _, String _, Integer _, Long _, BigInteger _ -> value;
      case Byte _, Short _ -> ((Number) value).intValue();
      case Number number when Double.isFinite(number.doubleValue()) -> number.doubleValue();
      case List<?> list -> {
        List<@Nullable Object> items = new ArrayList<>();
        list.forEach(item -> items.add(copy(name, item)));
        yield Collections.unmodifiableList(items);
      }
      case Map<?, ?> map when map.keySet().stream().allMatch(String.class::isInstance) -> {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        map.forEach((key, item) -> entries.put((String) key, copy(name, item)));
        yield Collections.unmodifiableMap(entries);
      }
      default ->
          throw SettingNames.wrong(
              name,
              "is " + shown(value) + ", nothing that JSON holds",
              "give a Boolean, a finite number, a text, or a list or map of these");
    };
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GenerationOptions options
        && exits.equals(options.exits)
        && alternatives == options.alternatives
        && logProbabilities == options.logProbabilities
        && stop.equals(options.stop)
        && Objects.equals(prediction, options.prediction)
        && settings.equals(options.settings);
  }

  @Override
  public int hashCode() {
    return Objects.hash(exits, settings, alternatives, logProbabilities, stop, prediction);
  }

  @Override
  public String toString() {
    return exits
        + " "
        + settings
        + (alternatives == 0 ? "" : " alternatives " + alternatives)
        + (logProbabilities ? "" : " without log-probabilities")
        + (stop.isEmpty() ? "" : " stop " + stop)
        + (prediction == null ? "" : " with a prediction");
  }
}
