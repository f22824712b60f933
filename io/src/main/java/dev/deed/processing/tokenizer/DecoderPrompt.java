package dev.deed.processing.tokenizer;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A text that the decoder is made to start with, such as a task ({@code <s_cord-v2>}) or a language
 * ({@code <|startoftranscript|><|en|><|transcribe|><|notimestamps|>}).
 */
public final class DecoderPrompt {
  private DecoderPrompt() {}

  /**
   * The decoder prefix of a prompt: its ids, behind the model's start token unless they begin with
   * it or replace it.
   *
   * @param prompt ids of the prompt without special tokens around it ({@link
   *     Tokenizer#encode(String, boolean)})
   * @param replacesStart whether the prompt is all that the decoder starts with
   */
  public static int[] prefix(int[] prompt, int decoderStart, boolean replacesStart) {
    if (prompt.length > 0 && (replacesStart || prompt[0] == decoderStart)) {
      return prompt;
    }
    return IntStream.concat(IntStream.of(decoderStart), Arrays.stream(prompt)).toArray();
  }

  /**
   * What the decoder says behind its start token: the ids of a text without that token, which some
   * tokenizers put in front (T5Gemma's).
   */
  public static int[] behindStart(int[] text, int decoderStart) {
    boolean begins = text.length > 0 && text[0] == decoderStart;
    return begins ? Arrays.copyOfRange(text, 1, text.length) : text;
  }
}
