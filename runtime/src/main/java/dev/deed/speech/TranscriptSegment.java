package dev.deed.speech;

import dev.deed.Token;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a transcript, most often a sentence. Immutable.
 *
 * @param start where it begins, in seconds from the beginning of the recording: with its first word
 *     where words have times
 * @param end where it ends, in seconds; may lie a little behind the end of the recording where
 *     voices were not looked for
 * @param text what was said, most often with a blank in front
 * @param tokens its tokens, timestamps among them
 * @param channel of the recording, from 0; null: of all channels
 * @param seek where the window begins that it was heard in, in frames of the recording
 * @param temperature that the window was decoded with; 0: greedily
 * @param meanLogProbability mean of the natural logarithms of the probabilities of the window's
 *     tokens, before logits processors; NaN where the options tell none and no threshold reads it
 * @param compressionRatio how many times smaller the window's tokens become when compressed: much
 *     above 1 where they repeat themselves
 * @param words with their times; none where they were not asked for
 * @param noSpeechProbability of the token by which the model says that nobody speaks in the window;
 *     null where it was not asked
 */
public record TranscriptSegment(
    double start,
    double end,
    String text,
    List<Token> tokens,
    @Nullable Integer channel,
    int seek,
    double temperature,
    double meanLogProbability,
    double compressionRatio,
    List<TranscriptWord> words,
    @Nullable Double noSpeechProbability) {
  /** Copies the lists. */
  public TranscriptSegment {
    tokens = List.copyOf(tokens);
    words = List.copyOf(words);
  }

  /** {@return the ids of the tokens} */
  public List<Integer> tokenIds() {
    return tokens.stream().map(Token::id).toList();
  }

  /** {@return the layer that emitted each token, from 1} */
  public List<Integer> exitLayers() {
    return tokens.stream().map(Token::exitLayer).toList();
  }
}
