package dev.deed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to generate. What is not said is the model's own: its exits, and the settings of its {@code
 * generation_config.json}. Names and meanings are those of Transformers; docs/generation.md lists
 * them. A value out of range is refused when a model is asked, which knows its vocabulary.
 * Immutable.
 */
public final class GenerationOptions {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final GenerationOptions DEFAULTS =
      new GenerationOptions(ExitSettings.own(), JsonNodeFactory.instance.objectNode());

  private final ExitSettings exits;

  /** Never changed. */
  private final ObjectNode settings;

  private GenerationOptions(ExitSettings exits, ObjectNode settings) {
    this.exits = exits;
    this.settings = settings;
  }

  /** The model's own exits and generation settings. */
  public static GenerationOptions defaults() {
    return DEFAULTS;
  }

  /** When a step stops. */
  public ExitSettings exits() {
    return exits;
  }

  /** The same with other exits. */
  public GenerationOptions exits(ExitSettings other) {
    return new GenerationOptions(Objects.requireNonNull(other, "exits"), settings);
  }

  /** At most so many new tokens, from 1. */
  public GenerationOptions maxNewTokens(int tokens) {
    return setting("max_new_tokens", tokens);
  }

  /** No end token before so many new tokens, from 0. */
  public GenerationOptions minNewTokens(int tokens) {
    return setting("min_new_tokens", tokens);
  }

  /** Beam search with so many beams; 1: none. */
  public GenerationOptions beams(int count) {
    return setting("num_beams", count);
  }

  /** So many sequences, best first; more than one needs beams or sampling. */
  public GenerationOptions returnedSequences(int count) {
    return setting("num_return_sequences", count);
  }

  /** Whether tokens are drawn in place of the most probable ones. */
  public GenerationOptions sampling(boolean on) {
    return setting("do_sample", on);
  }

  /** Seed of the draws: the same seed, the same answer. Sampling is another matter. */
  public GenerationOptions seed(long seed) {
    return setting("seed", seed);
  }

  /** By which logits are divided before a draw, above 0. */
  public GenerationOptions temperature(double temperature) {
    return setting("temperature", temperature);
  }

  /** Draws are among so many likeliest tokens; 0: all. */
  public GenerationOptions topK(int tokens) {
    return setting("top_k", tokens);
  }

  /** Draws are among the likeliest tokens that together have this probability, above 0, up to 1. */
  public GenerationOptions topP(double probability) {
    return setting("top_p", probability);
  }

  /** Power of the length by which the score of a beam is divided. */
  public GenerationOptions lengthPenalty(double power) {
    return setting("length_penalty", power);
  }

  /** Whether beam search ends as soon as there are as many whole sequences as beams. */
  public GenerationOptions earlyStopping(boolean on) {
    return setting("early_stopping", on);
  }

  /** No run of so many tokens occurs twice in an answer; 0: all may. */
  public GenerationOptions noRepeatNgram(int size) {
    return setting("no_repeat_ngram_size", size);
  }

  /** By which the scores of tokens that occurred are made smaller, above 0; 1: not at all. */
  public GenerationOptions repetitionPenalty(double penalty) {
    return setting("repetition_penalty", penalty);
  }

  /**
   * A setting by its name in {@code generation_config.json}.
   *
   * @param value a Boolean, a whole number, a finite number, a text, or a list of these or of
   *     lists; null switches a default of the folder off
   * @throws InputException when there is no such setting, or the value is of another type
   */
  public GenerationOptions setting(String name, @Nullable Object value) {
    SettingNames.requireKnown(Objects.requireNonNull(name, "name"));
    ObjectNode more = settings.deepCopy();
    more.set(name, json(name, value));
    return new GenerationOptions(exits, more);
  }

  /**
   * Several settings by their names; see {@link #setting}.
   *
   * @throws InputException as for one
   */
  public GenerationOptions settings(Map<String, ? extends @Nullable Object> values) {
    Objects.requireNonNull(values, "values");
    GenerationOptions all = this;
    for (Map.Entry<String, ? extends @Nullable Object> entry : values.entrySet()) {
      all = all.setting(entry.getKey(), entry.getValue());
    }
    return all;
  }

  /** A copy of the settings, as generation_config.json would hold them. */
  ObjectNode json() {
    return settings.deepCopy();
  }

  private static JsonNode json(String name, @Nullable Object value) {
    requireSuitable(name, value);
    return MAPPER.valueToTree(value);
  }

  private static void requireSuitable(String name, @Nullable Object value) {
    boolean suitable =
        switch (value) {
          case null -> true;
          case Boolean _, String _, Integer _, Long _ -> true;
          case Number number -> Double.isFinite(number.doubleValue());
          case List<?> list -> {
            list.forEach(item -> requireSuitable(name, item));
            yield true;
          }
          default -> false;
        };
    InputException.check(
        suitable,
        "generation setting " + name,
        "is " + value + ", nothing that JSON holds",
        "give a Boolean, a finite number, a text or a list of these");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GenerationOptions options
        && exits.equals(options.exits)
        && settings.equals(options.settings);
  }

  @Override
  public int hashCode() {
    return 31 * exits.hashCode() + settings.hashCode();
  }

  @Override
  public String toString() {
    return exits + " " + settings;
  }
}
