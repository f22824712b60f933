package dev.deed.model.spec;

import dev.deed.model.spec.Parameter.Role;
import java.util.List;

/** Every tensor that a spec needs: what a checkpoint is checked against, what training creates. */
public final class ParameterTable {
  private ParameterTable() {}

  /** The parameters of a model in the order of the data's path; a tied table appears once. */
  public static List<Parameter> of(TransformerSpec spec) {
    ParameterList list = new ParameterList();
    addEncoder(spec.encoder(), list);
    if (spec.decoder().bridge()) {
      list.linear(Names.BRIDGE, spec.decoder().crossWidth(), spec.encoder().stack().width(), true);
    }
    addDecoder(spec.decoder(), list);
    if (spec.exits() != null) {
      addExits(spec.exits(), spec.decoder().stack().width(), list);
    }
    return list.toList();
  }

  /** The parameters of an encoder alone. */
  public static List<Parameter> of(TransformerSpec.Encoder encoder) {
    ParameterList list = new ParameterList();
    addEncoder(encoder, list);
    return list.toList();
  }

  private static void addEncoder(TransformerSpec.Encoder encoder, ParameterList list) {
    StackSpec stack = encoder.stack();
    EncoderFront front = encoder.front();
    if (encoder.ownTable()) {
      list.table(Names.ENCODER.embedding(), Role.EMBEDDING, front.vocabulary(), stack.width());
    }
    front.declare(list, stack);
    if (encoder.positions() instanceof PositionSpec.Learned learned && front.isPicture()) {
      // Vision transformers store theirs as [1, positions, width].
      String name = Names.weight(Names.ENCODER.positions());
      list.add(name, Role.POSITION, 1, learned.size() + learned.offset(), stack.width());
    } else {
      list.positions(Names.ENCODER, encoder.positions(), stack);
    }
    if (encoder.embeddingNorm()) {
      list.norm(Names.ENCODER.embeddingNorm(), stack);
    }
    for (int layer = 0; layer < stack.layers(); layer++) {
      Names.Layer names = Names.ENCODER.layer(layer);
      list.attention(names.self(), stack, stack.width());
      list.feedForward(names.feedForward(), stack);
    }
    if (stack.finalNorm()) {
      list.norm(Names.ENCODER.norm(), stack);
    }
  }

  private static void addDecoder(TransformerSpec.Decoder decoder, ParameterList list) {
    StackSpec stack = decoder.stack();
    int width = stack.width();
    list.table(Names.DECODER.embedding(), Role.EMBEDDING, decoder.vocabulary(), width);
    if (decoder.embedding().ownVector() != TransformerSpec.Embedding.NO_TOKEN) {
      list.add(Names.DECODER.ownVector(), Role.LEARNED_TOKEN, width);
    }
    list.positions(Names.DECODER, decoder.positions(), stack);
    if (decoder.positions() instanceof PositionSpec.Untied) {
      for (Names.Positions names : List.of(Names.DECODER_SELF, Names.DECODER_CROSS)) {
        list.linear(names.query(), width, width, true);
        list.linear(names.key(), width, width, true);
      }
    }
    if (decoder.embedding().norm()) {
      list.norm(Names.DECODER.embeddingNorm(), stack);
    }
    for (int layer = 0; layer < stack.layers(); layer++) {
      Names.Layer names = Names.DECODER.layer(layer);
      list.attention(names.self(), stack, width);
      if (!decoder.merged()) {
        list.attention(names.cross(), stack, decoder.crossWidth());
      }
      list.feedForward(names.feedForward(), stack);
    }
    if (stack.finalNorm()) {
      list.norm(Names.DECODER.norm(), stack);
    }
    if (!decoder.head().tied()) {
      list.linear(Names.HEAD, decoder.vocabulary(), width, false);
    }
    if (decoder.head().bias()) {
      list.add(Names.bias(Names.HEAD), Role.CONSTANT, 1, decoder.vocabulary());
    }
  }

  private static void addExits(ExitSpec exits, int width, ParameterList list) {
    for (int layer : exits.layers()) {
      if (exits.hasAdapter(layer)) {
        Names.Adapter names = Names.adapter(layer);
        list.linear(names.down(), exits.adapterSize(), width, true);
        list.linear(names.up(), Role.ADAPTER_OUTPUT, width, exits.adapterSize(), true);
      }
    }
    list.addOptional(Names.weight(Names.GATE), Role.LINEAR, 1, width);
    list.addOptional(Names.bias(Names.GATE), Role.BIAS, 1);
  }
}
