package dev.deed.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GenerationOptions;
import dev.deed.checkpoint.Config;
import dev.deed.decode.SearchStrategy;
import dev.deed.decode.SearchStrategy.EarlyStopping;
import dev.deed.decode.logits.EpsilonCutoff;
import dev.deed.decode.logits.EtaCutoff;
import dev.deed.decode.logits.ExponentialDecay;
import dev.deed.decode.logits.ForcedTokens;
import dev.deed.decode.logits.InvalidScores;
import dev.deed.decode.logits.LogitsProcessor;
import dev.deed.decode.logits.MinP;
import dev.deed.decode.logits.MinimumLength;
import dev.deed.decode.logits.NoRepeatNGram;
import dev.deed.decode.logits.Normalisation;
import dev.deed.decode.logits.RepetitionPenalty;
import dev.deed.decode.logits.SequenceBias;
import dev.deed.decode.logits.SuppressedTokens;
import dev.deed.decode.logits.Temperature;
import dev.deed.decode.logits.TopK;
import dev.deed.decode.logits.TopP;
import dev.deed.decode.logits.Typical;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From JSON to what decoding heeds, with the defaults and the order of Transformers 5. */
final class GenerationSettingsTest {
  private static final int VOCABULARY = 100;
  private static final Map<String, List<Integer>> FAMILY =
      Map.of("forced_eos_token_id", List.of(2));

  @TempDir Path folder = Path.of("");

  private static ObjectNode json(String text) {
    try {
      return (ObjectNode) new ObjectMapper().readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static GenerationSettings read(String defaults, String overrides) {
    GenerationDefaults stated = new GenerationDefaults(map(defaults), 2, List.of(3), VOCABULARY);
    return GenerationSettings.read(
        stated, GenerationOptions.defaults().withSettings(map(overrides)).settings());
  }

  private static Map<String, Object> map(String text) {
    return new ObjectMapper().convertValue(json(text), new TypeReference<>() {});
  }

  private static GenerationSettings read(String overrides) {
    return read("{}", overrides);
  }

  private static List<LogitsProcessor> processors(String overrides, int prefix, int newTokens) {
    return read(overrides).processors(prefix, newTokens, new int[] {7, 8});
  }

  @Test
  void lengths() {
    assertThat(read("{}").maxNewTokens(1, 1000)).isEqualTo(20);
    assertThat(read("{}").maxNewTokens(4, 1000)).isEqualTo(20);
    assertThat(read("{}").maxNewTokens(4, 10)).as("of 10 positions").isEqualTo(6);
    assertThat(read("{'max_new_tokens': 30}").maxNewTokens(4, 1000)).isEqualTo(30);
    assertThat(read("{'max_new_tokens': 30}").maxNewTokens(4, 10))
        .as("the last token needs no position")
        .isEqualTo(7);
    assertThat(read("{'max_length': 30}").maxNewTokens(4, 1000)).isEqualTo(26);
    assertThat(read("{'max_new_tokens': 5}", "{'max_length': 30}").maxNewTokens(4, 1000))
        .as("max_new_tokens counts, wherever it stands")
        .isEqualTo(5);
    assertThat(
            read("{'max_new_tokens': 5}", "{'max_length': 30, 'max_new_tokens': null}")
                .maxNewTokens(4, 1000))
        .isEqualTo(26);
    assertThatThrownBy(() -> read("{'max_length': 4}").maxNewTokens(4, 1000))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("prefix alone has 4 tokens");
  }

  @Test
  void minimumLengthsCountThePrefixOrNot() {
    assertThat(processors("{'min_length': 5}", 3, 9))
        .containsExactly(new MinimumLength(5, List.of(3)));
    assertThat(processors("{'min_length': 5, 'min_new_tokens': 4}", 3, 9))
        .containsExactly(new MinimumLength(7, List.of(3)));
    assertThat(processors("{'min_length': 5, 'eos_token_id': null}", 3, 9)).isEmpty();
  }

  @Test
  void tokens() {
    assertThat(read("{}").ends()).containsExactly(3);
    assertThat(read("{'eos_token_id': [4, 5]}", "{}").ends()).containsExactly(4, 5);
    assertThat(read("{'eos_token_id': 4}", "{'eos_token_id': null}").ends()).isEmpty();
    assertThat(read("{}").prefix()).containsExactly(2);
    assertThat(read("{'bos_token_id': 9}").prefix()).containsExactly(9);
    assertThat(read("{'bos_token_id': 9, 'decoder_start_token_id': 8}").prefix())
        .containsExactly(8);
    assertThat(read("{'forced_decoder_ids': [[1, 50], [2, 51]]}").prefix())
        .containsExactly(2, 50, 51);
    assertThatThrownBy(() -> read("{'forced_decoder_ids': [[1, null], [2, 51]]}").prefix())
        .hasMessageContaining("give decoder_input_ids");
    assertThatThrownBy(() -> read("{'eos_token_id': 100}").ends())
        .hasMessageContaining("within 0..99");
  }

  @Test
  void processorsInTheirOrder() {
    List<LogitsProcessor> chain =
        processors(
            """
            {'begin_suppress_tokens': [1], 'suppress_tokens': [-1, 4, 200],
             'exponential_decay_length_penalty': [2, 1.5], 'remove_invalid_values': true,
             'forced_eos_token_id': [3, 6], 'forced_bos_token_id': 5, 'min_new_tokens': 1,
             'bad_words_ids': [[9], [3]], 'encoder_no_repeat_ngram_size': 2,
             'no_repeat_ngram_size': 3, 'repetition_penalty': 1.2,
             'encoder_repetition_penalty': 1.1, 'sequence_bias': [[[1, 2], 9], [[1, 2], -0.5]]}
            """,
            1,
            10);
    assertThat(chain)
        .containsExactly(
            new SequenceBias(List.of(new SequenceBias.Entry(List.of(1, 2), -0.5f))),
            new RepetitionPenalty.OfSource(1.1, List.of(7, 8)),
            new RepetitionPenalty(1.2),
            new NoRepeatNGram(3),
            new NoRepeatNGram.OfSource(2, List.of(7, 8)),
            new SequenceBias(List.of(new SequenceBias.Entry(List.of(9), Float.NEGATIVE_INFINITY))),
            new MinimumLength(2, List.of(3)),
            new ForcedTokens(1, List.of(5)),
            new ForcedTokens(10, List.of(3, 6)),
            new InvalidScores(),
            new ExponentialDecay(3, 1.5, List.of(3)),
            new SuppressedTokens(List.of(4), null),
            new SuppressedTokens(List.of(1), 2));
    assertThat(processors("{'begin_suppress_tokens': [1], 'forced_bos_token_id': 5}", 3, 10))
        .as("behind a prefix no first token is forced")
        .contains(new SuppressedTokens(List.of(1), 3));
    assertThat(read("{'encoder_no_repeat_ngram_size': 2}").processors(1, 9, null))
        .as("an input without tokens")
        .isEmpty();
    assertThat(processors("{'repetition_penalty': 1, 'no_repeat_ngram_size': 0}", 1, 9)).isEmpty();
  }

  @Test
  void strategies() {
    assertThat(read("{}").strategy()).isEqualTo(new SearchStrategy.Greedy());
    assertThat(read("{'temperature': 0}").strategy()).isEqualTo(new SearchStrategy.Greedy());
    assertThat(read("{'temperature': 0, 'do_sample': true}").strategy())
        .isEqualTo(new SearchStrategy.Greedy());
    assertThat(read("{'temperature': 0.5, 'top_k': 3, 'length_penalty': 2}").strategy())
        .isEqualTo(new SearchStrategy.Greedy());
    assertThat(read("{'do_sample': true}").strategy())
        .isEqualTo(new SearchStrategy.Sampling(1, 0, List.of(new TopK(50))));
    assertThat(
            read("{'do_sample': true, 'top_k': null, 'num_return_sequences': 3, 'seed': -5}")
                .strategy())
        .isEqualTo(new SearchStrategy.Sampling(3, -5, List.of()));
    assertThat(
            read("""
                    {'do_sample': true, 'eta_cutoff': 0.1, 'epsilon_cutoff': 0.2, 'min_p': 0.3,
                     'typical_p': 0.4, 'top_p': 0.5, 'top_k': 6, 'temperature': 0.7}
                    """)
                .strategy())
        .isEqualTo(
            new SearchStrategy.Sampling(
                1,
                0,
                List.of(
                    new Temperature(0.7),
                    new TopK(6),
                    new TopP(0.5, 1),
                    new MinP(0.3, 1),
                    new Typical(0.4, 1),
                    new EpsilonCutoff(0.2, 1),
                    new EtaCutoff(0.1, 1))));
    assertThat(
            read("{'num_beams': 4, 'num_return_sequences': 2, 'renormalize_logits': true}")
                .strategy())
        .isEqualTo(
            new SearchStrategy.Beam(
                4, 2, 1, EarlyStopping.WHEN_UNLIKELY, List.of(new Normalisation()), null));
    assertThat(
            read("""
                    {'num_beams': 2, 'length_penalty': -0.5, 'early_stopping': 'never', 'top_k': 1,
                     'top_p': 0.5, 'do_sample': true, 'eos_token_id': [3, 4], 'seed': 1}
                    """)
                .strategy())
        .isEqualTo(
            new SearchStrategy.Beam(
                2,
                1,
                -0.5,
                EarlyStopping.WHEN_HOPELESS,
                List.of(new TopK(3), new TopP(0.5, 3)),
                1L));
    assertThat(read("{'num_beams': 2, 'early_stopping': true}").strategy())
        .isEqualTo(new SearchStrategy.Beam(2, 1, 1, EarlyStopping.WHEN_FULL, List.of(), null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'early_stopping': 'soon'}",
        "{'num_return_sequences': 3}",
        "{'num_return_sequences': 2}",
        "{'num_beams': 0}",
        "{'num_beams': 1000000}",
        "{'num_beams': 2.5}",
        "{'do_sample': 'yes'}",
        "{'temperature': -1, 'do_sample': true}",
        "{'top_k': -1, 'do_sample': true}",
        "{'top_p': -0.1, 'do_sample': true}",
        "{'min_p': 1.1, 'do_sample': true}",
        "{'repetition_penalty': 0}",
        "{'repetition_penalty': 'x'}",
        "{'no_repeat_ngram_size': -1}",
        "{'bad_words_ids': [3]}",
        "{'bad_words_ids': [[]]}",
        "{'bad_words_ids': [[100]]}",
        "{'sequence_bias': [[[1], 'x']]}",
        "{'sequence_bias': {'1': 2.0}}",
        "{'forced_bos_token_id': 100}",
        "{'forced_bos_token_id': 5, 'suppress_tokens': [5]}",
        "{'forced_eos_token_id': [5, 6], 'suppress_tokens': [6, 5]}",
        "{'exponential_decay_length_penalty': [1]}",
        "{'min_new_tokens': -1}",
        "{'length_penalty': 'x'}",
        "{'temperature': [null]}",
        "{'top_p': true}",
        "{'top_p': -1}",
        "{'top_p': 2}",
        "{'typical_p': 1.5}",
        "{'min_p': -0.1}",
        "{'epsilon_cutoff': -1}",
        "{'eta_cutoff': 2}",
        "{'temperature': -0.5}",
        "{'renormalize_logits': 1}",
        "{'pad_token_id': 100}",
        "{'bos_token_id': -1, 'decoder_start_token_id': 2}",
        "{'top_k': 1.5}",
        "{'max_length': 'x', 'max_new_tokens': 4}",
        "{'seed': 1.5}",
        "{'seed': 99999999999999999999}"
      })
  void whatIsNotValid(String settings) {
    String beams =
        settings.contains("sequences': 3") ? settings.replace("}", ", 'num_beams': 2}") : settings;
    assertThatThrownBy(
            () -> {
              GenerationSettings read = read(beams);
              read.processors(1, 9, null);
              read.strategy();
            })
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("generation setting ");
  }

  @Test
  void whatAFolderStatesForOtherWaysOfDecodingIsNotRead() {
    assertThat(read("{'temperature': 'x'}", "{}").strategy())
        .isEqualTo(new SearchStrategy.Greedy());
    assertThat(read("{'temperature': 0.0}", "{}").strategy())
        .isEqualTo(new SearchStrategy.Greedy());
  }

  @Test
  void unknownAndUnsupportedNames() {
    assertThatThrownBy(() -> read("{'num_beam': 2}")).hasMessageContaining("no such setting");
    assertThatThrownBy(() -> read("{'num_beam': null}")).hasMessageContaining("no such setting");
    read("{'use_cache': false, 'output_scores': true, 'return_dict_in_generate': true}");
    read("{'lang_to_id': {}}", "{}");
    read("{'num_beam_groups': 1, 'guidance_scale': 1.0, 'token_healing': false}");
    read("{'stop_strings': 'x'}", "{'stop_strings': null}");
    assertThatThrownBy(() -> read("{'stop_strings': 'x'}", "{}"))
        .hasMessageContaining("not supported yet")
        .hasMessageContaining("set it to null");
  }

  /** Some are looked at for each token of an answer, and who asks may be anybody. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bad_words_ids",
        "begin_suppress_tokens",
        "eos_token_id",
        "exponential_decay_length_penalty",
        "force_words_ids",
        "forced_decoder_ids",
        "forced_eos_token_id",
        "sequence_bias",
        "stop_strings",
        "suppress_tokens",
        "cache_config",
        "early_stopping"
      })
  void listsOfACallerAreBounded(String name) {
    String entry =
        name.equals("bad_words_ids") ? "[5]" : name.equals("sequence_bias") ? "[[5], 1]" : "5";
    assertThatThrownBy(() -> read("{'" + name + "': " + list(entry, 513) + "}"))
        .isInstanceOf(InputException.class)
        .hasMessage("generation setting " + name + ": has 513 entries; give at most 512");
    assertThatThrownBy(() -> read("{'" + name + "': [" + list("5", 9000) + "]}"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("holds more than 8192 numbers");
  }

  @Test
  void listsOfAFolderAreItsOwn() {
    String many = "{'suppress_tokens': " + list("5", 3000) + "}";
    assertThat(read(many, "{}").processors(1, 9, null)).hasSize(1);
    assertThat(read(many, many).processors(1, 9, null)).hasSize(1);
    assertThat(read("{}", "{'suppress_tokens': " + list("5", 512) + "}").processors(1, 9, null))
        .hasSize(1);
  }

  private static String list(String entry, int count) {
    return "[" + String.join(", ", Collections.nCopies(count, entry)) + "]";
  }

  @Test
  void whatTransformersPassesByMayStandInAFolder() {
    assertThat(read("{'top_p': 2, 'do_sample': true, 'top_k': 0}", "{}").strategy())
        .isEqualTo(new SearchStrategy.Sampling(1, 0, List.of()));
  }

  /** A family's defaults are under what config.json says, be it null. */
  @Test
  void settingsOfTheFamily() {
    assertThat(legacy("{'num_beams': 3}"))
        .isEqualTo(map("{'num_beams': 3, 'forced_eos_token_id': 2}"));
    assertThat(legacy("{'forced_eos_token_id': 4}")).isEqualTo(map("{'forced_eos_token_id': 4}"));
    assertThat(legacy("{'forced_eos_token_id': null}")).isEqualTo(map("{}"));
    assertThat(legacy("{'decoder': {'forced_eos_token_id': null}}")).isEqualTo(map("{}"));
    assertThat(legacy("{'forced_eos_token_id': null, 'decoder': {}}"))
        .isEqualTo(map("{'forced_eos_token_id': 2}"));
  }

  private Map<String, Object> legacy(String config) {
    return GenerationDefaults.read(folder, Config.of("config.json", json(config)), FAMILY);
  }

  @Test
  void placesOfTheFoldersSettings() throws IOException {
    Config config =
        Config.of(
            "config.json",
            json(
                """
                {'num_beams': 3, 'bos_token_id': 7, 'eos_token_id': null, 'd_model': 8,
                 'force_bos_token_to_be_generated': true,
                 'decoder': {'num_beams': 5, 'eos_token_id': 9, 'length_penalty': 2.0}}
                """));
    assertThat(GenerationDefaults.read(folder, config, Map.of()))
        .isEqualTo(
            map(
                """
                {'num_beams': 3, 'bos_token_id': 7, 'eos_token_id': 9, 'length_penalty': 2.0,
                 'forced_bos_token_id': 7}
                """));
    Files.writeString(
        folder.resolve("generation_config.json"),
        "{\"top_k\": null, \"max_length\": 9, \"lang_to_id\": {}}");
    assertThat(GenerationDefaults.read(folder, config, FAMILY))
        .isEqualTo(map("{'max_length': 9, 'lang_to_id': {}}"));
    assertThat(GenerationDefaults.ignored(folder)).containsExactly("lang_to_id");
  }
}
