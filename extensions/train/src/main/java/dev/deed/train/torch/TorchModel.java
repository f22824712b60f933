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

/**
 * The teacher-forced forward pass of an encoder-decoder with all its exits: the differentiable twin
 * of {@code dev.deed.model}, over the same spec and the same tensor names. Not thread-safe. Wrap
 * each step in a {@code PointerScope}, else native memory grows.
 *
 * @param dropout share of elements dropped in training, from 0 to below 1
 */
public record TorchModel(TransformerSpec spec, TorchParameters parameters, double dropout) {
  public enum Mode {
    /** Elements are dropped; batch norms take the batch's statistics and update their own. */
    LEARN,
    /** Elements are dropped; batch norms take their own statistics and keep them. */
    LEARN_HOLDING_NORMS,
    /** Nothing is dropped; batch norms take their own statistics and keep them. */
    USE
  }

  /** How many exits {@link #forward} gives. */
  public int exits() {
    return spec.exits() == null ? 1 : spec.exits().layers().size();
  }

  /** Every exit in ascending order of layers; without exits the last layer only. */
  public List<ExitOutput> forward(Batch batch, Mode mode) {
    TorchLayers layers =
        new TorchLayers(parameters, mode == Mode.USE ? 0 : dropout, mode == Mode.LEARN);
    TorchEncoder.Output encoded =
        new TorchEncoder(spec.encoder(), parameters).encode(batch.input(), layers);
    long[] rows = batch.inputs();
    Tensor inputs = rows == null ? null : parameters.device().integers(rows, rows.length);
    return decode(encoded, inputs, batch.decoderInput(), layers);
  }

  /**
   * The decoder with all its exits, in ascending order of layers; without exits the last only.
   *
   * @param inputs {@code [rows]}: of the encoder's rows, that which each row attends to; null where
   *     each has its own
   */
  private List<ExitOutput> decode(
      TorchEncoder.Output encoded, @Nullable Tensor inputs, long[][] ids, TorchLayers layers) {
    TransformerSpec.Decoder decoder = spec.decoder();
    StackSpec stack = decoder.stack();
    int length = ids[0].length;
    Tensor states =
        decoder.bridge() ? layers.linear(Names.BRIDGE, encoded.states(), true) : encoded.states();
    Tensor padding =
        encoded.padding() == null || inputs == null
            ? encoded.padding()
            : encoded.padding().index_select(0, inputs);
    TorchAttention.Source source = new TorchAttention.Source(states, inputs, padding);
    TorchPositions positions = new TorchPositions(parameters, Names.DECODER);
    Tensor hidden = layers.drop(embed(ids, positions, layers));
    Tensor causal = positions.windowBias(length, 0, length);
    Tensor relative = positions.relativeBias(decoder.positions(), length);
    Tensor bias = relative == null ? causal : relative.add(causal);
    List<TorchAttention.View> views = positions.views(stack, length, bias);
    List<ExitOutput> exits = new ArrayList<>();
    for (int layer = 0; layer < stack.layers(); layer++) {
      Names.Layer names = Names.DECODER.layer(layer);
      TorchAttention.Source besides = decoder.merged() ? source : null;
      hidden = layers.selfBlock(names.self(), hidden, views.get(layer), besides, stack);
      if (!decoder.merged()) {
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
    TransformerSpec.Decoder decoder = spec.decoder();
    TransformerSpec.Embedding embedding = decoder.embedding();
    Tensor table = parameters.get(Names.weight(Names.DECODER.embedding()));
    Tensor rows =
        layers.embed(
            ids, table, embedding.scale(), embedding.ownVector(), Names.DECODER.ownVector());
    Tensor hidden = positions.add(rows, decoder.positions(), ids);
    return embedding.norm()
        ? layers.norm(Names.DECODER.embeddingNorm(), hidden, decoder.stack())
        : hidden;
  }

  private boolean emits(int layer) {
    ExitSpec exits = spec.exits();
    return exits == null ? layer == spec.decoderLayers() : exits.layers().contains(layer);
  }

  private Tensor adapt(int layer, Tensor hidden, TorchLayers layers) {
    ExitSpec exits = spec.exits();
    if (exits == null || !exits.hasAdapter(layer)) {
      return hidden;
    }
    Names.Adapter names = Names.adapter(layer);
    Tensor inner =
        TorchLayers.activate(layers.linear(names.down(), hidden, true), exits.adapterActivation());
    return hidden.add(layers.linear(names.up(), inner, true));
  }

  private Tensor head(Tensor hidden, TorchLayers layers) {
    StackSpec stack = spec.decoder().stack();
    TransformerSpec.Head head = spec.decoder().head();
    Tensor normed = stack.finalNorm() ? layers.norm(Names.DECODER.norm(), hidden, stack) : hidden;
    Tensor scaled = head.scale() == 1f ? normed : normed.mul(new Scalar(head.scale()));
    String table = head.tied() ? Names.DECODER.embedding() : Names.HEAD;
    Tensor logits = torch.linear(scaled, parameters.get(Names.weight(table)));
    Tensor biased = head.bias() ? logits.add_(parameters.get(Names.bias(Names.HEAD))) : logits;
    return TorchLayers.capped(biased, head.cap());
  }

  /**
   * What one exit makes of a batch.
   *
   * @param layer 1-based decoder layer
   * @param hidden {@code [rows, length, width]}, raw output of the layer, before adapter and norm
   * @param logits {@code [rows, length, vocabulary]}
   */
  public record ExitOutput(int layer, Tensor hidden, Tensor logits) {}
}
