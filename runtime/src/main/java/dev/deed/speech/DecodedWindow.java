package dev.deed.speech;

import dev.deed.Generation;
import dev.deed.Token;
import dev.deed.speech.TranscriptionOptions.Thresholds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * What a window was decoded to, and how good that is by Whisper's measures (Radford et al. 2022,
 * section 4.5), computed as Transformers' {@code WhisperGenerationMixin} does. Immutable.
 *
 * @param tokens without the end token
 * @param temperature 0: greedily
 * @param meanLogProbability see {@link TranscriptSegment}
 * @param compressionRatio see {@link TranscriptSegment}
 * @param noSpeech see {@link TranscriptSegment}
 */
record DecodedWindow(
    List<Token> tokens,
    double temperature,
    double meanLogProbability,
    double compressionRatio,
    @Nullable Double noSpeech) {

  static DecodedWindow of(
      Generation generation,
      int end,
      double temperature,
      int vocabulary,
      @Nullable Double noSpeech) {
    List<Token> tokens =
        generation.tokens().stream().takeWhile(token -> token.id() != end).toList();
    double sum = tokens.stream().mapToDouble(Token::logProbability).sum();
    return new DecodedWindow(
        tokens,
        temperature,
        tokens.isEmpty() ? 0 : sum / tokens.size(),
        compressionRatio(tokens.stream().map(Token::id).toList(), vocabulary),
        noSpeech);
  }

  /** How many times smaller zlib makes tokens, each of as few bytes as hold the vocabulary. */
  static double compressionRatio(List<Integer> tokens, int vocabulary) {
    int width = (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(vocabulary)) / Byte.SIZE + 1;
    ByteBuffer bytes =
        ByteBuffer.allocate(tokens.size() * width + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < tokens.size(); i++) {
      bytes.putInt(i * width, tokens.get(i));
    }
    int size = tokens.size() * width;
    try (Deflater deflater = new Deflater()) {
      deflater.setInput(bytes.array(), 0, size);
      deflater.finish();
      // Incompressible input grows by a few bytes alone.
      byte[] compressed = new byte[size + 64 + size / 100];
      return (double) size / deflater.deflate(compressed);
    }
  }

  /** Whether the window is to be passed over as one in which nobody speaks. */
  boolean holdsNoSpeech(Thresholds thresholds) {
    Double most = thresholds.noSpeech();
    Double least = thresholds.logProbability();
    return most != null
        && noSpeech != null
        && noSpeech > most
        && (least == null || meanLogProbability < least);
  }

  /** Whether it is to be decoded again with another temperature. */
  boolean isPoor(Thresholds thresholds) {
    if (holdsNoSpeech(thresholds)) {
      return false;
    }
    Double ratio = thresholds.compressionRatio();
    Double least = thresholds.logProbability();
    return ratio != null && compressionRatio > ratio || least != null && meanLogProbability < least;
  }
}
