package dev.deed.speech;

import dev.deed.Generation;
import dev.deed.Token;
import dev.deed.settings.SpeechTokens;
import dev.deed.speech.TranscriptionOptions.Thresholds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.ToDoubleFunction;
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
 * @param textRatio how many times smaller its text becomes, as openai-whisper measures it
 * @param noSpeech see {@link TranscriptSegment}
 */
record DecodedWindow(
    List<Token> tokens,
    double temperature,
    double meanLogProbability,
    double compressionRatio,
    double textRatio,
    @Nullable Double noSpeech) {
  /** Of openai-whisper's command line. */
  private static final double MOST_TEXT_RATIO = 2.4;

  /** What an answer comes to; {@code textRatio} gives that of the text of its tokens. */
  static DecodedWindow of(
      Generation generation,
      SpeechTokens speech,
      double temperature,
      ToDoubleFunction<List<Token>> textRatio) {
    List<Token> tokens =
        generation.tokens().stream().takeWhile(token -> token.id() != speech.end()).toList();
    double sum = tokens.stream().mapToDouble(Token::logProbability).sum();
    return new DecodedWindow(
        tokens,
        temperature,
        tokens.isEmpty() ? 0 : sum / tokens.size(),
        compressionRatio(tokens.stream().map(Token::id).toList(), speech.vocabulary()),
        textRatio.applyAsDouble(tokens),
        null);
  }

  DecodedWindow withNoSpeech(@Nullable Double probability) {
    return new DecodedWindow(
        tokens, temperature, meanLogProbability, compressionRatio, textRatio, probability);
  }

  /** How many times smaller zlib makes tokens, each of as few bytes as hold the vocabulary. */
  static double compressionRatio(List<Integer> tokens, int vocabulary) {
    int width = (Integer.SIZE - 1 - Integer.numberOfLeadingZeros(vocabulary)) / Byte.SIZE + 1;
    ByteBuffer bytes =
        ByteBuffer.allocate(tokens.size() * width + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < tokens.size(); i++) {
      bytes.putInt(i * width, tokens.get(i));
    }
    return ratio(bytes.array(), tokens.size() * width);
  }

  /** How many times smaller zlib makes a text in UTF-8. */
  static double compressionRatio(String text) {
    byte[] bytes = text.strip().getBytes(StandardCharsets.UTF_8);
    return ratio(bytes, bytes.length);
  }

  private static double ratio(byte[] bytes, int size) {
    try (Deflater deflater = new Deflater()) {
      deflater.setInput(bytes, 0, size);
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
        && (least == null || isImprobable(least));
  }

  /** Whether it is to be decoded again with another temperature. */
  boolean isPoor(Thresholds thresholds) {
    return !holdsNoSpeech(thresholds)
        && (repeats(thresholds) || isImprobable(thresholds.logProbability()));
  }

  /** Whether it says the same again and again; of its text where no ratio of tokens is given. */
  boolean repeats(Thresholds thresholds) {
    Double most = thresholds.compressionRatio();
    return most == null ? textRatio > MOST_TEXT_RATIO : compressionRatio > most;
  }

  /** Whether its mean log-probability is below the least; never where there is none. */
  boolean isImprobable(@Nullable Double least) {
    return least != null && meanLogProbability < least;
  }
}
