package dev.deed.model.family;

import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.KnownNames;
import dev.deed.checkpoint.StoredNames;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import java.util.Comparator;
import java.util.HashMap;
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
 *     nor {@code config.json} states them, by name: the defaults of the family's configuration in
 *     Transformers
 * @param inputs how its inputs are made
 */
public record ModelDescription(
    String family,
    TransformerSpec spec,
    NameTable names,
    SpecialTokens tokens,
    Map<String, List<Integer>> generation,
    Inputs inputs) {
  public ModelDescription {
    generation = Map.copyOf(generation);
  }

  /** A model without exits whose inputs are made as those of most are. */
  ModelDescription(
      String family,
      TransformerSpec.Encoder encoder,
      TransformerSpec.Decoder decoder,
      NameTable names,
      SpecialTokens tokens,
      Map<String, List<Integer>> generation) {
    this(
        family,
        new TransformerSpec(encoder, decoder, null),
        names,
        tokens,
        generation,
        new Inputs(false, null, false));
  }

  ModelDescription with(TransformerSpec other) {
    return new ModelDescription(family, other, names, tokens, generation, inputs);
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

  /** What an adapter must know of the names in a checkpoint. */
  public StoredNames storedNames() {
    List<List<String>> ties =
        names.order().values().stream()
            .map(layers -> layers.stream().map(Names::weight).toList())
            .sorted(Comparator.comparing(List::getFirst))
            .toList();
    Map<String, String> renamed = new HashMap<>();
    for (Parameter parameter : ParameterTable.of(spec)) {
      String usual = names.toCheckpoint(parameter.name());
      String other = names.candidates(parameter.name()).getLast();
      if (!other.equals(usual) && names.tied(parameter.name()) == null) {
        renamed.put(usual, other);
        renamed.put(other, usual);
      }
    }
    return new StoredNames(ties, renamed);
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

    /** The special tokens of a configuration, with defaults for keys that it lacks. */
    static SpecialTokens read(Config config, int vocabulary, SpecialTokens defaults) {
      List<Integer> endTokens = config.integers("eos_token_id", 0, vocabulary - 1);
      return new SpecialTokens(
          config.integer("decoder_start_token_id", defaults.decoderStart, 0, vocabulary - 1),
          endTokens.isEmpty() ? defaults.ends : endTokens,
          config.has("pad_token_id")
              ? (Integer) config.integer("pad_token_id", 0, vocabulary - 1)
              : defaults.pad);
    }
  }

  /**
   * What a family makes of inputs in a way of its own.
   *
   * @param promptReplacesStart whether a decoder prompt is all that the decoder starts with; else
   *     the model's start token goes in front
   * @param square what pictures are squeezed to where no {@code preprocessor_config.json} says what
   *     becomes of them; null where that file must
   * @param tasks whether a prompt may be a task that stands for a sentence, behind the places of a
   *     picture (Florence-2); else they are where the prompt says that a picture begins
   */
  public record Inputs(boolean promptReplacesStart, @Nullable Square square, boolean tasks) {}

  /**
   * The square that pictures are squeezed to.
   *
   * @param key of {@code config.json} that states its side
   * @param side in pixels; 0 where it is not stated
   * @param examples of sides, for whoever has to state one
   */
  public record Square(String key, int side, String examples) {}
}
