package dev.deed.lab.speed;

import dev.deed.model.spec.AttentionSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.value.WeightPrecision;
import java.util.List;

/**
 * How many numbers the parts of a model read or multiply with. Exits are left out: they are what
 * early exit costs.
 *
 * @param encoder weights of the encoder's layers
 * @param layer weights of one decoder layer that a step walks through: all but those that project
 *     the encoder's output
 * @param crossProjection weights of one decoder layer that project the encoder's output
 * @param head weights of the head
 * @param decoderLayers number of them
 * @param keysValues numbers of a layer's keys and values at one position
 */
record Traffic(
    long encoder, long layer, long crossProjection, long head, int decoderLayers, long keysValues) {
  static Traffic of(TransformerSpec spec) {
    List<Parameter> parameters = ParameterTable.of(spec);
    Names.Layer first = Names.DECODER.layer(0);
    long layer = sum(parameters, first.name());
    long cross = sum(parameters, first.cross().key()) + sum(parameters, first.cross().value());
    long head = (long) spec.decoder().vocabulary() * spec.decoder().stack().width();
    AttentionSpec attention = spec.decoder().stack().attention();
    return new Traffic(
        sum(parameters, Names.ENCODER.layers()),
        layer - cross,
        cross,
        head,
        spec.decoderLayers(),
        2L * attention.keyWidth());
  }

  private static long sum(List<Parameter> parameters, String module) {
    return parameters.stream()
        .filter(parameter -> Names.belongs(parameter.name(), module))
        .mapToLong(Parameter::elements)
        .sum();
  }

  /**
   * Bytes that a step at full depth must read: the weights once, and keys and values of all rows,
   * which are fp32 whatever the weights are.
   *
   * @param positions that a row attends to: the source, and on average half of the answer
   */
  double stepBytes(WeightPrecision precision, int batch, double positions) {
    double weights = (double) layer * decoderLayers + head;
    return weights * precision.bytes()
        + (double) Float.BYTES * batch * keysValues * decoderLayers * positions;
  }
}
