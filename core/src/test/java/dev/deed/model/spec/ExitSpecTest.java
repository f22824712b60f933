package dev.deed.model.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.Config;
import dev.deed.value.InputException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The {@code exits} of a configuration. */
class ExitSpecTest {
  private static ExitSpec read(String settings) throws IOException {
    String json = "{\"layers\": [1, 2, 4], \"confidence\": \"max_prob\"" + settings + "}";
    return ExitSpec.read(Config.of("exits", (ObjectNode) new ObjectMapper().readTree(json)), 4);
  }

  @Test
  void readsThePolicy() throws IOException {
    assertThat(
            read("""
            , "threshold": 0.8, "threshold_decay": 0.1, "gate_threshold": 0.25,
            "policy_layers": [2, 4]\
            """)
                .policy())
        .hasToString("max_prob:0.8@layers=2,4,decay=0.1,gate=0.25");
    assertThat(read("").policy()).hasToString("max_prob:0.9");
  }

  @Test
  void readsAPolicyOfDrafts() throws IOException {
    assertThat(read(", \"lossless\": true, \"draft_tokens\": 4, \"draft_ngrams\": 2").policy())
        .hasToString("max_prob:0.9@lossless,drafts=4,ngrams=2");
    assertThat(read(", \"lossless\": true").policy()).hasToString("max_prob:0.9@lossless");
  }

  @Test
  void readsASecondPolicyForLosslessExits() throws IOException {
    ExitSpec spec =
        read(
            """
            , "lossless_policy": {"confidence": "margin", "threshold": 0.2, "layers": [2, 4],
              "draft_tokens": 6, "draft_ngrams": 2, "calibration": {"x": 1}}\
            """);
    assertThat(spec.policy()).hasToString("max_prob:0.9");
    assertThat(spec.losslessPolicy())
        .hasToString("margin:0.2@layers=2,4,lossless,drafts=6,ngrams=2");
    assertThat(read("").losslessPolicy()).isNull();
  }

  @Test
  void howAPolicyWasChosenIsKnown() throws IOException {
    String json =
        """
        {"layers": [1, 4], "policy": "gate", "calibration": {},
         "lossless_policy": {"policy": "gate", "calibration": {}}}\
        """;
    Config config = Config.of("exits", (ObjectNode) new ObjectMapper().readTree(json));
    ExitSpec.read(config, 4);
    assertThat(config.ignoredKeys()).isEmpty();
  }

  @Test
  void aSettingOfEarlierVersionsIsIgnored() throws IOException {
    String json = "{\"layers\": [1, 4], \"policy\": \"margin\", \"shortlist\": 8}";
    Config config = Config.of("exits", (ObjectNode) new ObjectMapper().readTree(json));
    assertThat(ExitSpec.read(config, 4).policy()).hasToString("margin:0.9");
    assertThat(config.ignoredKeys()).containsExactly("shortlist");
  }

  @Test
  void draftsNeedAPolicyToLeaveBy() {
    String json = "{\"layers\": [1, 4], \"lossless\": true}";
    assertThatThrownBy(
            () ->
                ExitSpec.read(
                    Config.of("exits", (ObjectNode) new ObjectMapper().readTree(json)), 4))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("exits: lacks \"policy\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        ", \"threshold_decay\": -1 | threshold_decay",
        ", \"gate_threshold\": 1.5 | gate_threshold",
        ", \"gate_threshold\": -0.5 | gate_threshold",
        ", \"policy_layers\": [3] | layers of the policy: are [3] but must be among",
        ", \"lossless\": 1 | lossless: is not true or false",
        ", \"draft_tokens\": 4 | draft_tokens: belongs to lossless exits",
        ", \"policy\": \"margin\" | is another name of a setting that has another value; give it once, as policy",
        ", \"policy\": \"best\" | policy: is not full, static, max_prob",
        ", \"gate\": 0.5, \"gate_threshold\": 0.6 | is another name of a setting that has another value; give it once, as gate",
        ", \"lossless\": true, \"lossless_policy\": {\"confidence\": \"gate\"} | leave out"
            + " lossless_policy",
        ", \"lossless_policy\": {\"threshold\": 0.5} | lossless_policy: lacks",
        ", \"lossless_policy\": {\"confidence\": \"gate\", \"layers\": [3]} | layers of exits, [1,"
            + " 2, 4]",
        ", \"lossless_policy\": {\"confidence\": \"gate\", \"draft_tokens\": 65} | draft_tokens",
        ", \"lossless\": true, \"draft_tokens\": 0 | draft_tokens",
        ", \"lossless\": true, \"draft_tokens\": 65 | draft_tokens",
        ", \"lossless\": true, \"draft_ngrams\": 17 | draft_ngrams",
      })
  void refusesWhatMakesNoSense(String settings, String key) {
    assertThatThrownBy(() -> read(settings))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(key);
  }

  @Test
  void misspeltSettingsAreRefusedAndNotesAreNot() throws IOException {
    for (String settings :
        new String[] {
          ", \"treshold\": 0.5",
          ", \"Threshold\": 0.5",
          ", \"lossless_policy\": {\"confidence\": \"margin\", \"treshold\": 0.5}",
        }) {
      assertThatThrownBy(() -> read(settings))
          .isInstanceOf(InputException.class)
          .hasMessageStartingWith("exits: ")
          .hasMessageContaining(
              "reshold: there is no such setting; did you mean threshold? Choose among ");
    }
    assertThatThrownBy(() -> read(", \"adapter\": {\"sise\": 4}"))
        .hasMessageContaining("adapter: sise: there is no such setting; did you mean size? Choose");
    assertThatThrownBy(() -> read(", \"beams\": 2"))
        .hasMessageContaining("exits: beams: there is no such setting; choose among layers, ");
    assertThat(read(", \"_note\": \"made by hand\"").layers()).containsExactly(1, 2, 4);
  }
}
