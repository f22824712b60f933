package dev.deed.model.spec;

import org.jspecify.annotations.Nullable;

/**
 * An encoder-decoder transformer as data: the one description that inference and training both
 * follow.
 *
 * @param exits where tokens may be emitted before the last layer; null for a plain model
 */
public record TransformerSpec(Encoder encoder, Decoder decoder, @Nullable ExitSpec exits) {
  /**
   * @param front turns the input into hidden states
   * @param positions of the encoder
   * @param embeddingNorm whether a norm follows the embedding (BART)
   * @param ownTable whether tokens are looked up in a table of its own, not in the decoder's
   */
  public record Encoder(
      EncoderFront front,
      PositionSpec positions,
      boolean embeddingNorm,
      StackSpec stack,
      boolean ownTable) {
    /** An encoder that reads no tokens, or looks them up in the decoder's table. */
    public Encoder(
        EncoderFront front, PositionSpec positions, boolean embeddingNorm, StackSpec stack) {
      this(front, positions, embeddingNorm, stack, false);
    }

    /** Number of layers, those within the front included. */
    public int layers() {
      return front.layers() + stack.layers();
    }
  }

  /**
   * What makes decoder inputs hidden states, but for positions.
   *
   * @param vocabulary number of tokens
   * @param scale factor of the looked-up row
   * @param ownVector token whose vector is a tensor of its own, without factor (T5Gemma 2); {@link
   *     #NO_TOKEN} for none
   * @param norm whether a norm follows (BART)
   */
  public record Embedding(int vocabulary, float scale, int ownVector, boolean norm) {
    public static final int NO_TOKEN = -1;

    /** An embedding whose vectors are all in the table. */
    public Embedding(int vocabulary, float scale, boolean norm) {
      this(vocabulary, scale, NO_TOKEN, norm);
    }
  }

  /**
   * @param crossWidth width of the encoder output that cross-attention projects
   * @param bridge whether a linear layer first brings the encoder output to {@code crossWidth}
   *     ({@code enc_to_dec_proj})
   * @param merged whether self-attention is over the encoder output too, in one softmax and through
   *     the same projections, in place of cross-attention (T5Gemma 2)
   */
  public record Decoder(
      Embedding embedding,
      PositionSpec positions,
      StackSpec stack,
      int crossWidth,
      boolean bridge,
      boolean merged,
      Head head) {
    /** A decoder with cross-attention. */
    public Decoder(
        Embedding embedding,
        PositionSpec positions,
        StackSpec stack,
        int crossWidth,
        boolean bridge,
        Head head) {
      this(embedding, positions, stack, crossWidth, bridge, false, head);
    }

    /** Number of tokens. */
    public int vocabulary() {
      return embedding.vocabulary;
    }
  }

  /**
   * The generation head, shared by all exits: {@code logits = W (scale * h) + bias}.
   *
   * @param tied whether {@code W} is the decoder's embedding table
   * @param scale factor of the hidden state (tied T5: {@code d_model^-0.5})
   * @param bias whether a bias is added ({@code final_logits_bias} of BART; never trained)
   * @param cap logits are {@code cap · tanh(logit / cap)}; 0 for none
   */
  public record Head(boolean tied, float scale, boolean bias, float cap) {
    public Head(boolean tied, float scale, boolean bias) {
      this(tied, scale, bias, 0);
    }
  }

  public int decoderLayers() {
    return decoder.stack().layers();
  }

  /**
   * The same model with other tables in common.
   *
   * @param tiedHead whether the head is the decoder's token table
   * @param ownTable whether an encoder that reads tokens has a table of its own
   */
  public TransformerSpec withTables(boolean tiedHead, boolean ownTable) {
    Decoder otherDecoder =
        new Decoder(
            decoder.embedding,
            decoder.positions,
            decoder.stack,
            decoder.crossWidth,
            decoder.bridge,
            decoder.merged,
            new Head(tiedHead, decoder.head.scale, decoder.head.bias, decoder.head.cap));
    Encoder otherEncoder =
        new Encoder(
            encoder.front,
            encoder.positions,
            encoder.embeddingNorm,
            encoder.stack,
            ownTable && encoder.front.vocabulary() > 0);
    return new TransformerSpec(otherEncoder, otherDecoder, exits);
  }

  public TransformerSpec withExits(@Nullable ExitSpec other) {
    return new TransformerSpec(encoder, decoder, other);
  }
}
