package dev.deed.model.family;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class NameTableTest {
  private static final NameTable TABLE =
      new NameTable(
          Map.of(
              "decoder.embedding",
              "shared",
              "decoder.layers.{}.self.query",
              "block.{}.attention.q",
              "decoder.layers.{}.self",
              "block.{}.attention"),
          NameTable.tied(
              "shared", Map.entry("head", "lm_head"), Map.entry("decoder.embedding", "tokens")));

  @Test
  void theLongestPrefixWins() {
    assertThat(TABLE.toCheckpoint("decoder.layers.3.self.query.weight"))
        .isEqualTo("block.3.attention.q.weight");
    assertThat(TABLE.toCheckpoint("decoder.layers.3.self.key.bias"))
        .isEqualTo("block.3.attention.key.bias");
    assertThat(TABLE.toCheckpoint("exits.gate.bias")).isEqualTo("exits.gate.bias");
  }

  @Test
  void numbersKeepTheirOrder() {
    NameTable nested =
        new NameTable(
            Map.of("encoder.stages.{}.layers.{}.self", "layers.{}.blocks.{}.attention"), Map.of());
    assertThat(nested.toCheckpoint("encoder.stages.2.layers.11.self.key.weight"))
        .isEqualTo("layers.2.blocks.11.attention.key.weight");
  }

  @Test
  void aTiedTableHasMoreNames() {
    assertThat(TABLE.candidates("decoder.embedding.weight"))
        .containsExactly("tokens.weight", "shared.weight", "lm_head.weight");
    assertThat(TABLE.candidates("head.weight"))
        .containsExactly("lm_head.weight", "shared.weight", "tokens.weight");
    assertThat(TABLE.candidates("decoder.layers.0.self.query.weight"))
        .containsExactly("block.0.attention.q.weight");
    assertThat(TABLE.candidates("name_without_dot")).containsExactly("name_without_dot");
    assertThat(TABLE.stored("head.weight", Map.of("tokens.weight", 1))).isEqualTo("tokens.weight");
    assertThat(TABLE.stored("head.weight", Map.of())).isEqualTo("head.weight");
  }
}
