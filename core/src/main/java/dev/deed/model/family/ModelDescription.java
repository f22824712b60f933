package dev.deed.model.family;

import dev.deed.model.TransformerSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a family reads from a {@code config.json}.
 *
 * @param family name for people, such as {@code T5 v1.1}
 * @param spec the architecture
 * @param names the checkpoint's tensor names
 * @param tokens special tokens as the model's own configuration states them
 */
public record ModelDescription(
    String family, TransformerSpec spec, NameTable names, SpecialTokens tokens) {
  /** The same with a head of its own. */
  ModelDescription untied() {
    return new ModelDescription(family, spec.untied(), names, tokens);
  }

  /**
   * Special tokens of the decoder; {@code generation_config.json} overrides them.
   *
   * @param decoderStart first decoder input
   * @param ends tokens that end a generation
   * @param pad padding; null when the model has none
   */
  public record SpecialTokens(int decoderStart, List<Integer> ends, @Nullable Integer pad) {
    public SpecialTokens {
      ends = List.copyOf(ends);
    }
  }
}
