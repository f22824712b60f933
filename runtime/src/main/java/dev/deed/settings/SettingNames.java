package dev.deed.settings;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.deed.value.GenerationSetting;
import dev.deed.value.InputException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The settings of Transformers' {@code GenerationConfig}, by what becomes of them here: those of
 * {@link GenerationSetting#ALL} are applied.
 */
public final class SettingNames {
  private static final Set<String> APPLIED =
      GenerationSetting.ALL.stream().map(GenerationSetting::name).collect(toUnmodifiableSet());

  /** Read by transcription alone; elsewhere there are no such settings. */
  private static final Set<String> OF_SPEECH =
      names(
          """
          alignment_heads compression_ratio_threshold condition_on_prev_tokens is_multilingual
          lang_to_id language logprob_threshold no_speech_threshold prev_sot_token_id task task_to_id
          """);

  /** About caches, compilation, outputs and assistants: nothing that the answer depends on. */
  private static final Set<String> WITHOUT_EFFECT =
      names(
          """
          _commit_hash _from_model_config assistant_confidence_threshold assistant_ensemble_weight
          assistant_lookbehind cache_config cache_implementation compile_config
          continuous_batching_config disable_compile diversity_penalty is_assistant low_memory
          max_cache_len max_matching_ngram_size num_assistant_tokens num_assistant_tokens_schedule
          output_attentions output_hidden_states output_logits output_scores prefill_chunk_size
          return_dict_in_generate speculation_type target_lookbehind transformers_version
          use_cache
          """);

  /** Would change the answer and are not supported, with the value that does nothing. */
  private static final Map<String, Optional<Object>> REFUSED =
      Map.ofEntries(
          Map.entry("assistant_early_exit", Optional.empty()),
          Map.entry("constraints", Optional.empty()),
          Map.entry("dola_layers", Optional.empty()),
          Map.entry("force_words_ids", Optional.empty()),
          Map.entry("guidance_scale", Optional.of(1)),
          Map.entry("max_time", Optional.empty()),
          Map.entry("num_beam_groups", Optional.of(1)),
          Map.entry("penalty_alpha", Optional.of(0)),
          Map.entry("prompt_lookup_num_tokens", Optional.empty()),
          Map.entry("stop_strings", Optional.empty()),
          Map.entry("token_healing", Optional.of(false)),
          Map.entry("use_mtp", Optional.of(false)),
          Map.entry("watermarking_config", Optional.empty()));

  private SettingNames() {}

  private static Set<String> names(String separated) {
    return Set.of(separated.strip().split("\\s+", -1));
  }

  /** All names, in alphabetical order. */
  static Set<String> all() {
    Set<String> all = new TreeSet<>(APPLIED);
    all.addAll(WITHOUT_EFFECT);
    all.addAll(REFUSED.keySet());
    return all;
  }

  static Set<String> applied() {
    return APPLIED;
  }

  static Set<String> ofSpeech() {
    return OF_SPEECH;
  }

  public static boolean isKnown(String name) {
    return APPLIED.contains(name) || WITHOUT_EFFECT.contains(name) || REFUSED.containsKey(name);
  }

  /**
   * @throws InputException when a name is none of these: a misspelt one left unheard would give the
   *     wrong answer quietly
   */
  public static void requireKnown(String name) {
    if (!isKnown(name)) {
      throw wrong(
          name,
          "there is no such setting",
          "use the names of generation_config.json; docs/generation.md lists them");
    }
  }

  /** The error of a setting that cannot be used. */
  public static InputException wrong(String name, String why, String whatToDo) {
    return new InputException("generation setting " + name, why, whatToDo).about(name);
  }

  /**
   * @throws InputException when a setting asks for what is not supported
   */
  static void requireSupported(Map<String, @Nullable Object> settings) {
    for (Map.Entry<String, Optional<Object>> refused : REFUSED.entrySet()) {
      Object value = settings.get(refused.getKey());
      Object harmless = refused.getValue().orElse(null);
      if (value != null && !same(value, harmless)) {
        throw wrong(
            refused.getKey(),
            "is " + SettingValues.shorten(value) + ", which is not supported yet",
            "set it to " + harmless + " in the line or in generation_config.json");
      }
    }
  }

  private static boolean same(Object a, @Nullable Object b) {
    return a.equals(b)
        || a instanceof Number one
            && b instanceof Number other
            && one.doubleValue() == other.doubleValue();
  }
}
