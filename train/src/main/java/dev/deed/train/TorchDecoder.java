package dev.deed.train;

import dev.deed.model.spec.ExitSpec;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The decoder's teacher-forced forward pass with all its exits. Not thread-safe. */
record TorchDecoder(TransformerSpec model, TorchParameters parameters) {
  /** Every exit in ascending order of layers; without exits the last layer only. */
  List<ExitOutput> decode(TorchEncoder.Output encoded, long[][] ids, TorchLayers layers) {
    TransformerSpec.Decoder spec = model.decoder();
    StackSpec stack = spec.stack();
    int length = ids[0].length;
    Tensor source =
        spec.bridge() ? layers.linear("bridge", encoded.states(), true) : encoded.states();
    TorchPositions positions = new TorchPositions(parameters, "decoder");
    Tensor hidden = layers.drop(embed(ids, positions, layers));
    Tensor causal = positions.causalBias(length);
    Tensor relative = positions.relativeBias(spec.positions(), length);
    Tensor bias = relative == null ? causal : relative.add(causal);
    List<ExitOutput> exits = new ArrayList<>();
    for (int layer = 0; layer < stack.layers(); layer++) {
      String name = "decoder.layers." + layer;
      hidden = layers.attentionBlock(name + ".self", hidden, null, bias, stack);
      hidden = layers.attentionBlock(name + ".cross", hidden, source, encoded.padding(), stack);
      hidden = layers.feedForwardBlock(name, hidden, stack);
      if (emits(layer + 1)) {
        Tensor logits = head(adapt(layer + 1, hidden, layers), layers);
        exits.add(new ExitOutput(layer + 1, hidden, logits));
      }
    }
    return exits;
  }

  private Tensor embed(long[][] ids, TorchPositions positions, TorchLayers layers) {
    TransformerSpec.Decoder spec = model.decoder();
    Tensor rows =
        torch.embedding(
            parameters.get("decoder.embedding.weight"), parameters.device().integers(ids));
    Tensor scaled =
        spec.embeddingScale() == 1f ? rows : rows.mul(new Scalar(spec.embeddingScale()));
    Tensor hidden = positions.add(scaled, spec.positions(), ids);
    return spec.embeddingNorm()
        ? layers.norm("decoder.embedding_norm", hidden, spec.stack())
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
    String name = "exits.adapters." + layer;
    Tensor inner =
        TorchLayers.activate(
            layers.linear(name + ".down", hidden, true), exits.adapterActivation());
    return hidden.add(layers.linear(name + ".up", inner, true));
  }

  private Tensor head(Tensor hidden, TorchLayers layers) {
    StackSpec stack = model.decoder().stack();
    TransformerSpec.Head head = model.decoder().head();
    Tensor normed = stack.finalNorm() ? layers.norm("decoder.norm", hidden, stack) : hidden;
    Tensor scaled = head.scale() == 1f ? normed : normed.mul(new Scalar(head.scale()));
    String table = head.tied() ? "decoder.embedding.weight" : "head.weight";
    Tensor logits = torch.linear(scaled, parameters.get(table));
    return head.bias() ? logits.add(parameters.get("head.bias")) : logits;
  }
}
