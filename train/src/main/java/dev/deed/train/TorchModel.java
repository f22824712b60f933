package dev.deed.train;

import dev.deed.checkpoint.InputException;
import dev.deed.model.EncoderFront;
import dev.deed.model.ExitSpec;
import dev.deed.model.PositionSpec;
import dev.deed.model.StackSpec;
import dev.deed.model.TransformerSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The teacher-forced forward pass of an encoder-decoder over text with all its exits, without
 * dropout. Not thread-safe. Wrap each step in a {@code PointerScope}, else native memory grows.
 */
public final class TorchModel {
  /** Far below any score, yet finite: a row that is all padding stays a number. */
  private static final float MASKED = -1e9f;

  private final TransformerSpec spec;
  private final TorchParameters parameters;
  private final TorchLayers layers;

  /**
   * @throws InputException when the encoder reads something else than tokens
   */
  public TorchModel(TransformerSpec spec, TorchParameters parameters) {
    if (!(spec.encoder().front() instanceof EncoderFront.Tokens)) {
      throw new InputException(
          "model", "reads pictures, training reads text only", "give an encoder over tokens");
    }
    this.spec = spec;
    this.parameters = parameters;
    this.layers = new TorchLayers(parameters);
  }

  /**
   * Logits {@code [rows, decoder length, vocabulary]} of every exit, in ascending order of layers;
   * without exits those of the last layer only.
   */
  public List<Tensor> exitLogits(TextBatch batch) {
    Tensor padding = paddingBias(batch.encoderMask());
    Tensor memory = encode(batch.encoderInput(), padding);
    return decode(memory, padding, batch.decoderInput());
  }

  private Tensor encode(long[][] ids, Tensor padding) {
    TransformerSpec.Encoder encoder = spec.encoder();
    StackSpec stack = encoder.stack();
    EncoderFront.Tokens front = (EncoderFront.Tokens) encoder.front();
    String table = front.shared() ? "decoder.embedding.weight" : "encoder.embedding.weight";
    Tensor hidden =
        embed("encoder", table, ids, front.scale(), encoder.positions(), encoder.embeddingNorm());
    Tensor relative = relativeBias("encoder", encoder.positions(), ids[0].length, true);
    Tensor bias = relative == null ? padding : relative.add(padding);
    for (int layer = 0; layer < stack.layers(); layer++) {
      String name = "encoder.layers." + layer;
      hidden = attend(name + ".self", hidden, null, bias, stack);
      hidden = feedForward(name, hidden, stack);
    }
    return stack.finalNorm() ? layers.norm("encoder.norm", hidden, stack) : hidden;
  }

  private List<Tensor> decode(Tensor memory, Tensor padding, long[][] ids) {
    TransformerSpec.Decoder decoder = spec.decoder();
    StackSpec stack = decoder.stack();
    int length = ids[0].length;
    Tensor source = decoder.bridge() ? layers.linear("bridge", memory, true) : memory;
    Tensor hidden =
        embed(
            "decoder",
            "decoder.embedding.weight",
            ids,
            decoder.embeddingScale(),
            decoder.positions(),
            decoder.embeddingNorm());
    Tensor causal = causalBias(length);
    Tensor relative = relativeBias("decoder", decoder.positions(), length, false);
    Tensor bias = relative == null ? causal : relative.add(causal);
    List<Tensor> logits = new ArrayList<>();
    for (int layer = 0; layer < stack.layers(); layer++) {
      String name = "decoder.layers." + layer;
      hidden = attend(name + ".self", hidden, null, bias, stack);
      hidden = attend(name + ".cross", hidden, source, padding, stack);
      hidden = feedForward(name, hidden, stack);
      if (emits(layer + 1)) {
        logits.add(head(adapt(layer + 1, hidden), stack));
      }
    }
    return logits;
  }

  private boolean emits(int layer) {
    ExitSpec exits = spec.exits();
    return exits == null ? layer == spec.decoderLayers() : exits.layers().contains(layer);
  }

  private Tensor adapt(int layer, Tensor hidden) {
    ExitSpec exits = spec.exits();
    if (exits == null || !exits.hasAdapter(layer)) {
      return hidden;
    }
    String name = "exits.adapters." + layer;
    Tensor inner =
        TorchLayers.activate(
            layers.linear(name + ".down", hidden, true), exits.adapterActivation());
    return hidden.add(layers.linear(name + ".up", inner, true));
  }

  private Tensor head(Tensor hidden, StackSpec stack) {
    TransformerSpec.Head head = spec.decoder().head();
    Tensor normed = stack.finalNorm() ? layers.norm("decoder.norm", hidden, stack) : hidden;
    Tensor scaled = head.scale() == 1f ? normed : normed.mul(new Scalar(head.scale()));
    String table = head.tied() ? "decoder.embedding.weight" : "head.weight";
    Tensor logits = torch.linear(scaled, parameters.get(table));
    return head.bias() ? logits.add(parameters.get("head.bias")) : logits;
  }

  private Tensor attend(
      String name, Tensor hidden, @Nullable Tensor source, Tensor bias, StackSpec stack) {
    Tensor input = stack.preNorm() ? layers.norm(name + "_norm", hidden, stack) : hidden;
    Tensor keys = source == null ? input : source;
    Tensor sum = hidden.add(layers.attention(name, input, keys, bias, stack.attention()));
    return stack.preNorm() ? sum : layers.norm(name + "_norm", sum, stack);
  }

  private Tensor feedForward(String layer, Tensor hidden, StackSpec stack) {
    String norm = layer + ".feed_forward_norm";
    Tensor input = stack.preNorm() ? layers.norm(norm, hidden, stack) : hidden;
    Tensor sum = hidden.add(layers.feedForward(layer, input, stack.feedForward()));
    return stack.preNorm() ? sum : layers.norm(norm, sum, stack);
  }

  private Tensor embed(
      String side,
      String table,
      long[][] ids,
      float scale,
      PositionSpec positions,
      boolean embeddingNorm) {
    Tensor rows = torch.embedding(parameters.get(table), indices(ids));
    Tensor hidden = scale == 1f ? rows : rows.mul(new Scalar(scale));
    if (positions instanceof PositionSpec.Learned learned) {
      long[] places = new long[ids[0].length];
      Arrays.setAll(places, place -> place + learned.offset());
      Tensor vectors =
          torch.embedding(
              parameters.get(side + ".positions.weight"), Tensor.create(places, places.length));
      hidden = hidden.add(vectors);
    }
    StackSpec stack = side.equals("encoder") ? spec.encoder().stack() : spec.decoder().stack();
    return embeddingNorm ? layers.norm(side + ".embedding_norm", hidden, stack) : hidden;
  }

  /** {@code [1, heads, length, length]}; null when the side has no relative bias. */
  private @Nullable Tensor relativeBias(
      String side, PositionSpec positions, int length, boolean bidirectional) {
    if (!(positions instanceof PositionSpec.RelativeBias relative)) {
      return null;
    }
    long[] buckets =
        RelativeBuckets.table(
            length, length, relative.buckets(), relative.maxDistance(), bidirectional);
    Tensor table = parameters.get(side + ".relative_bias.weight");
    return torch
        .embedding(table, Tensor.create(buckets, length, length))
        .permute(2, 0, 1)
        .unsqueeze(0);
  }

  private static Tensor causalBias(int length) {
    float[] bias = new float[length * length];
    for (int query = 0; query < length; query++) {
      Arrays.fill(bias, query * length + query + 1, (query + 1) * length, MASKED);
    }
    return Tensor.create(bias, 1, 1, length, length);
  }

  private static Tensor paddingBias(boolean[][] mask) {
    int length = mask[0].length;
    float[] bias = new float[mask.length * length];
    for (int i = 0; i < bias.length; i++) {
      bias[i] = mask[i / length][i % length] ? 0f : MASKED;
    }
    return Tensor.create(bias, mask.length, 1, 1, length);
  }

  /** {@code [rows, length]} whole numbers. */
  static Tensor indices(long[][] rows) {
    long[] flat = Arrays.stream(rows).flatMapToLong(Arrays::stream).toArray();
    return Tensor.create(flat, rows.length, rows[0].length);
  }
}
