package dev.deed;

import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.ExitSpec;
import dev.deed.model.spec.InputParts;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a model is, by the names of {@code deed info} and {@code GET /v1/models}. Immutable.
 *
 * @param family such as {@code t5}
 * @param sizes {@code parameters}, {@code precision}, {@code encoder_layers}, {@code
 *     encoder_width}, {@code decoder_layers}, {@code decoder_width}, {@code vocabulary}
 * @param exits {@code layers}, {@code adapter_size}, {@code gate}; null where it has no exits
 * @param reads what an input must hold, such as {@code pixel_values}
 * @param mayRead what an input may hold besides
 */
public record ModelCard(
    String family,
    SequencedMap<String, Object> sizes,
    @Nullable SequencedMap<String, Object> exits,
    List<String> reads,
    List<String> mayRead) {
  static ModelCard of(ModelFolder folder, InputParts inputs) {
    TransformerSpec spec = folder.spec();
    SequencedMap<String, Object> sizes = new LinkedHashMap<>();
    sizes.put(
        "parameters",
        ParameterTable.of(spec).stream()
            .filter(parameter -> folder.holds(parameter.name()))
            .mapToLong(Parameter::elements)
            .sum());
    sizes.put("precision", folder.precision().label());
    sizes.put("encoder_layers", spec.encoder().layers());
    sizes.put("encoder_width", spec.encoder().stack().width());
    sizes.put("decoder_layers", spec.decoderLayers());
    sizes.put("decoder_width", spec.decoder().stack().width());
    sizes.put("vocabulary", spec.decoder().vocabulary());
    return new ModelCard(
        folder.description().family(),
        Collections.unmodifiableSequencedMap(sizes),
        spec.exits() == null ? null : exits(spec.exits(), folder),
        inputs.requiredNames(),
        inputs.optionalNames());
  }

  private static SequencedMap<String, Object> exits(ExitSpec spec, ModelFolder folder) {
    SequencedMap<String, Object> exits = new LinkedHashMap<>();
    exits.put("layers", spec.layers());
    exits.put("adapter_size", spec.adapterSize());
    exits.put("gate", folder.holds(Names.weight(Names.GATE)));
    return Collections.unmodifiableSequencedMap(exits);
  }
}
