package dev.deed.model.family;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
          Map.of("decoder.embedding", List.of("head", "tokens")));

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
        new NameTable(Map.of("encoder.stages.{}.layers.{}.self", "layers.{}.blocks.{}.attention"));
    assertThat(nested.toCheckpoint("encoder.stages.2.layers.11.self.key.weight"))
        .isEqualTo("layers.2.blocks.11.attention.key.weight");
  }

  @Test
  void aTiedTableHasMoreNames() {
    assertThat(TABLE.alternatives("decoder.embedding.weight"))
        .containsExactly("head.weight", "tokens.weight");
    assertThat(TABLE.alternatives("decoder.layers.0.self.query.weight")).isEmpty();
    assertThat(TABLE.alternatives("name_without_dot")).isEmpty();
  }
}
