package dev.deed.model.family;

import dev.deed.checkpoint.convert.KnownNames;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /** Names in a checkpoint of all tensors that the model reads. */
  public KnownNames tensorNames() {
    Set<String> usual = new HashSet<>();
    Set<String> others = new HashSet<>();
    for (Parameter parameter : ParameterTable.of(spec)) {
      usual.add(names.toCheckpoint(parameter.name()));
      others.addAll(names.candidates(parameter.name()));
    }
    return new KnownNames(usual, others);
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
