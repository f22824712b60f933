package dev.deed.model;

import dev.deed.model.spec.Names;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.tensor.WeightMatrix;
import dev.deed.tensor.choice.KernelChoice;
import org.jspecify.annotations.Nullable;

/**
 * What makes decoder inputs hidden states: the token table, positions that are added, a norm.
 * Immutable and safe for use from many threads.
 *
 * @param table [vocabulary, width]
 * @param scale factor of a looked-up row
 * @param ownToken whose vector is {@code ownVector}
 * @param ownVector [width]; null where all are in the table
 * @param positions null where none are added
 * @param norm null where none follows
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DecoderEmbedding(
    WeightMatrix table,
    float scale,
    int ownToken,
    float @Nullable [] ownVector,
    @Nullable PositionTable positions,
    @Nullable Norm norm) {
  static DecoderEmbedding read(ParameterSource source, TransformerSpec.Decoder spec) {
    TransformerSpec.Embedding embedding = spec.embedding();
    StackSpec stack = spec.stack();
    return new DecoderEmbedding(
        GenerationHead.matrix(source, Names.DECODER.embedding()),
        embedding.scale(),
        embedding.ownVector(),
        embedding.ownVector() == TransformerSpec.Embedding.NO_TOKEN
            ? null
            : source.tensor(Names.DECODER.ownVector()).toFloats(),
        PositionTable.read(source, Names.DECODER, spec.positions(), stack.width()),
        embedding.norm() ? Norm.read(source, Names.DECODER.embeddingNorm(), stack.norm()) : null);
  }

  /** See {@link Decoder#embed}. */
  void apply(int[] tokens, int before, float[] target, int row) {
    int width = table.inputs();
    int at = row * width;
    int count = tokens.length * width;
    for (int i = 0; i < tokens.length; i++) {
      table.copyRow(tokens[i], target, at + i * width);
    }
    KernelChoice.kernels().scale(target, at, count, scale);
    for (int i = 0; ownVector != null && i < tokens.length; i++) {
      if (tokens[i] == ownToken) {
        System.arraycopy(ownVector, 0, target, at + i * width, width);
      }
    }
    if (positions != null) {
      positions.add(tokens, before, target, at);
    }
    if (norm != null) {
      norm.applyTo(target, at, tokens.length);
    }
  }
}
