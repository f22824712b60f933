package dev.deed.engine;

/**
 * The shape of an encoder-decoder and of the requests that it gets. Weights are fp32.
 *
 * @param name of the shape
 * @param encoderLayers of the encoder
 * @param encoderWidth of the encoder's hidden states
 * @param encoderForward inner width of the encoder's feed-forward
 * @param frontInputs values that the front makes a position of, 0 where it looks tokens up
 * @param source positions of an input, the mean
 * @param spread of the sources: they lie within {@code source ± spread}
 * @param decoderLayers of the decoder
 * @param width of the decoder's hidden states
 * @param forward inner width of the decoder's feed-forward
 * @param heads of the decoder's attention
 * @param vocabulary outputs of the head
 * @param answer tokens of an answer, the mean; they lie within half of it and one and a half
 */
record ServingShape(
    String name,
    int encoderLayers,
    int encoderWidth,
    int encoderForward,
    int frontInputs,
    int source,
    int spread,
    int decoderLayers,
    int width,
    int forward,
    int heads,
    int vocabulary,
    int answer) {
  /** Texts of 128 tokens, answers of 64. */
  static final ServingShape T5_BASE =
      new ServingShape("T5-base", 12, 768, 3072, 0, 128, 64, 12, 768, 3072, 12, 32_128, 64);

  /** Pictures of 384 × 384 pixels in patches of 16 × 16, answers of 32. */
  static final ServingShape TROCR_BASE =
      new ServingShape("TrOCR-base", 12, 768, 3072, 768, 577, 0, 12, 1024, 4096, 16, 50_265, 32);

  /** The same pictures, a narrow encoder and a narrower decoder. */
  static final ServingShape TROCR_SMALL =
      new ServingShape("TrOCR-small", 12, 384, 1536, 768, 578, 0, 6, 256, 1024, 8, 64_044, 32);

  /** T5-base with questions of 32 tokens and answers of 256. */
  static final ServingShape LONG_ANSWERS =
      new ServingShape("long answers", 12, 768, 3072, 0, 32, 16, 12, 768, 3072, 12, 32_128, 256);

  static final ServingShape T5_SMALL =
      new ServingShape("T5-small", 6, 512, 2048, 0, 128, 64, 6, 512, 2048, 8, 32_128, 64);

  static final ServingShape BART_BASE =
      new ServingShape("BART-base", 6, 768, 3072, 0, 128, 64, 6, 768, 3072, 12, 50_265, 64);
}
