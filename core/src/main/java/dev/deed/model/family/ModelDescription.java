package dev.deed.model.family;

import dev.deed.model.spec.TransformerSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a family reads from a {@code config.json}.
 *
 * @param family name for people, such as {@code T5 v1.1}
 * @param spec the architecture
 * @param names the checkpoint's tensor names
 * @param tokens special tokens as the model's own configuration states them
 * @param generation token settings that hold where a folder has no {@code generation_config.json}
 *     and {@code config.json} is silent about them, by name: the defaults of the family's
 *     configuration in Transformers
 */
public record ModelDescription(
    String family,
    TransformerSpec spec,
    NameTable names,
    SpecialTokens tokens,
    Map<String, List<Integer>> generation) {
  public ModelDescription {
    generation = Map.copyOf(generation);
  }

  /** A model whose configuration has no such settings. */
  ModelDescription(String family, TransformerSpec spec, NameTable names, SpecialTokens tokens) {
    this(family, spec, names, tokens, Map.of());
  }

  /** The same with another architecture. */
  ModelDescription with(TransformerSpec other) {
    return new ModelDescription(family, other, names, tokens, generation);
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
