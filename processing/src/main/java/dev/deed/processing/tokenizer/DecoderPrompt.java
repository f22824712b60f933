package dev.deed.processing.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A text that the decoder is made to start with: Donut's task ({@code <s_cord-v2>}), Whisper's
 * language and task ({@code <|startoftranscript|><|en|><|transcribe|><|notimestamps|>}).
 */
public final class DecoderPrompt {
  private DecoderPrompt() {}

  /**
   * Whether a model's prompt is all that the decoder starts with; if not, the model's own start
   * token goes in front. Transformers makes this exception for Donut and Whisper.
   *
   * @param modelConfiguration content of {@code config.json}
   */
  public static boolean replacesStart(JsonNode modelConfiguration) {
    String type = modelConfiguration.path("model_type").asText();
    return type.equals("whisper")
        || type.equals("vision-encoder-decoder")
            && modelConfiguration.path("encoder").path("model_type").asText().contains("donut");
  }

  /**
   * The decoder prefix of a prompt: its ids, behind the model's start token unless they begin with
   * it or replace it.
   *
   * @param prompt ids of the prompt without special tokens around it ({@link
   *     Tokenizer#encode(String, boolean)})
   * @param replacesStart as {@link #replacesStart} says
   */
  public static int[] prefix(int[] prompt, int decoderStart, boolean replacesStart) {
    if (prompt.length > 0 && (replacesStart || prompt[0] == decoderStart)) {
      return prompt;
    }
    int[] prefix = new int[prompt.length + 1];
    prefix[0] = decoderStart;
    System.arraycopy(prompt, 0, prefix, 1, prompt.length);
    return prefix;
  }
}
