package dev.deed.train.torch;

import dev.deed.model.spec.ExitSpec;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** The decoder's teacher-forced forward pass with all its exits. Not thread-safe. */
record TorchDecoder(TransformerSpec model, TorchParameters parameters) {
  /**
   * Every exit in ascending order of layers; without exits the last layer only.
   *
   * @param inputs {@code [rows]}: of the encoder's rows, that which each row attends to; null where
   *     each has its own
   */
  List<ExitOutput> decode(
      TorchEncoder.Output encoded, @Nullable Tensor inputs, long[][] ids, TorchLayers layers) {
    TransformerSpec.Decoder spec = model.decoder();
    StackSpec stack = spec.stack();
    int length = ids[0].length;
    Tensor states =
        spec.bridge() ? layers.linear(Names.BRIDGE, encoded.states(), true) : encoded.states();
    Tensor padding =
        encoded.padding() == null || inputs == null
            ? encoded.padding()
            : encoded.padding().index_select(0, inputs);
    TorchAttention.Source source = new TorchAttention.Source(states, inputs, padding);
    TorchPositions positions = new TorchPositions(parameters, Names.DECODER);
    Tensor hidden = layers.drop(embed(ids, positions, layers));
    Tensor causal = positions.windowBias(length, 0, length);
    Tensor relative = positions.relativeBias(spec.positions(), length);
    Tensor bias = relative == null ? causal : relative.add(causal);
    List<TorchAttention.View> views = positions.views(stack, length, bias);
    List<ExitOutput> exits = new ArrayList<>();
    for (int layer = 0; layer < stack.layers(); layer++) {
      Names.Layer names = Names.DECODER.layer(layer);
      TorchAttention.Source besides = spec.merged() ? source : null;
      hidden = layers.selfBlock(names.self(), hidden, views.get(layer), besides, stack);
      if (!spec.merged()) {
        hidden = layers.crossBlock(names.cross(), hidden, source, stack);
      }
      hidden = layers.feedForwardBlock(names.feedForward(), hidden, stack);
      if (emits(layer + 1)) {
        Tensor logits = head(adapt(layer + 1, hidden, layers), layers);
        exits.add(new ExitOutput(layer + 1, hidden, logits));
      }
    }
    return exits;
  }

  private Tensor embed(long[][] ids, TorchPositions positions, TorchLayers layers) {
    TransformerSpec.Decoder spec = model.decoder();
    TransformerSpec.Embedding embedding = spec.embedding();
    Tensor table = parameters.get(Names.weight(Names.DECODER.embedding()));
    Tensor rows =
        layers.embed(
            ids, table, embedding.scale(), embedding.ownVector(), Names.DECODER.ownVector());
    Tensor hidden = positions.add(rows, spec.positions(), ids);
    return embedding.norm()
        ? layers.norm(Names.DECODER.embeddingNorm(), hidden, spec.stack())
        : hidden;
  }

  private boolean emits(int layer) {
    ExitSpec exits = model.exits();
    return exits == null ? layer == model.decoderLayers() : exits.layers().contains(layer);
  }

  private Tensor adapt(int layer, Tensor hidden, TorchLayers layers) {
    ExitSpec exits = model.exits();
    if (exits == null || !exits.hasAdapter(layer)) {
      return hidden;
    }
    Names.Adapter names = Names.adapter(layer);
    Tensor inner =
        TorchLayers.activate(layers.linear(names.down(), hidden, true), exits.adapterActivation());
    return hidden.add(layers.linear(names.up(), inner, true));
  }

  private Tensor head(Tensor hidden, TorchLayers layers) {
    StackSpec stack = model.decoder().stack();
    TransformerSpec.Head head = model.decoder().head();
    Tensor normed = stack.finalNorm() ? layers.norm(Names.DECODER.norm(), hidden, stack) : hidden;
    Tensor scaled = head.scale() == 1f ? normed : normed.mul(new Scalar(head.scale()));
    String table = head.tied() ? Names.DECODER.embedding() : Names.HEAD;
    Tensor logits = torch.linear(scaled, parameters.get(Names.weight(table)));
    Tensor biased = head.bias() ? logits.add_(parameters.get(Names.bias(Names.HEAD))) : logits;
    return TorchLayers.capped(biased, head.cap());
  }
}
