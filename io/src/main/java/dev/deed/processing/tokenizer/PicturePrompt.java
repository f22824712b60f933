package dev.deed.processing.tokenizer;

import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Token ids of a prompt, among which the rows of a picture take places.
 *
 * @param prompt null for none
 * @param sourceLanguage as {@link Tokenizer#encode(String, String, String, TokenLimit)} has it
 * @param targetLanguage as it has it
 * @param places rows of the picture; 0 for none
 */
public record PicturePrompt(
    @Nullable String prompt,
    @Nullable String sourceLanguage,
    @Nullable String targetLanguage,
    int places) {
  /** Bytes that a task becomes beside its input, at most. */
  public static final int TASK = 64;

  /**
   * The ids; null where there is neither prompt nor picture.
   *
   * @param tasks whether the prompt may be a task, behind the places of its picture (Florence-2);
   *     else they are where it says that the picture begins (Gemma)
   * @param placeholder the token that keeps a place
   * @param limit of all tokens, those of the picture among them
   * @throws InputException when there are too many tokens, or the prompt does not suit the picture
   */
  public int @Nullable [] encode(
      Tokenizer tokenizer, boolean tasks, int placeholder, TokenLimit limit) {
    limit.require(places);
    if (tasks && (prompt != null || places > 0)) {
      Tokenizer.refuse("source_language", sourceLanguage);
      Tokenizer.refuse("target_language", targetLanguage);
      return FlorencePrompt.encode(tokenizer, prompt, placeholder, places, limit);
    }
    String text = places == 0 ? prompt : withPicture(tokenizer);
    return text == null ? null : tokenizer.encode(text, sourceLanguage, targetLanguage, limit);
  }

  /**
   * Gemma's prompt about one picture: the token where the picture begins is followed by one for
   * each place that the picture takes, and the token where it ends, on lines of their own.
   *
   * @throws InputException when the prompt does not say where the picture belongs, once, or the
   *     tokenizer does not know such tokens
   */
  private String withPicture(Tokenizer tokenizer) {
    String begin = token(tokenizer, "boi_token");
    String text = prompt == null ? begin : prompt;
    int at = text.indexOf(begin);
    InputException.requireField(
        at >= 0 && text.indexOf(begin, at + 1) < 0,
        "prompt",
        at < 0 ? "does not say where the picture belongs" : "has places for several pictures",
        "write " + begin + " once");
    String end = token(tokenizer, "eoi_token");
    String picture = begin + token(tokenizer, "image_token").repeat(places) + end;
    return text.substring(0, at) + "\n\n" + picture + "\n\n" + text.substring(at + begin.length());
  }

  private static String token(Tokenizer tokenizer, String key) {
    AddedToken token = tokenizer.settings().named().get(key);
    if (token == null) {
      throw new InputException(
          "tokenizer_config.json",
          "lacks \"" + key + "\"",
          "give input_ids instead of a prompt, or the complete folder");
    }
    return token.content();
  }

  /**
   * What Florence-2 reads of a prompt ({@code Florence2Processor} of Transformers): a task is a
   * token that stands for a sentence; the places of a picture stand in front of it.
   */
  static final class FlorencePrompt {
    /** Sentences of tasks; the input of a task takes the place of {@value #INPUT}. */
    private static final SequencedMap<String, String> TASKS = new LinkedHashMap<>();

    private static final String INPUT = "{}";

    static {
      TASKS.put("<OCR>", "What is the text in the image?");
      TASKS.put("<OCR_WITH_REGION>", "What is the text in the image, with regions?");
      TASKS.put("<CAPTION>", "What does the image describe?");
      TASKS.put("<DETAILED_CAPTION>", "Describe in detail what is shown in the image.");
      TASKS.put("<MORE_DETAILED_CAPTION>", "Describe with a paragraph what is shown in the image.");
      TASKS.put("<OD>", "Locate the objects with category name in the image.");
      TASKS.put(
          "<DENSE_REGION_CAPTION>", "Locate the objects in the image, with their descriptions.");
      TASKS.put("<REGION_PROPOSAL>", "Locate the region proposals in the image.");
      TASKS.put("<CAPTION_TO_PHRASE_GROUNDING>", "Locate the phrases in the caption: {}");
      TASKS.put("<REFERRING_EXPRESSION_SEGMENTATION>", "Locate {} in the image with mask");
      TASKS.put("<REGION_TO_SEGMENTATION>", "What is the polygon mask of region {}");
      TASKS.put("<OPEN_VOCABULARY_DETECTION>", "Locate {} in the image.");
      TASKS.put("<REGION_TO_CATEGORY>", "What is the region {}?");
      TASKS.put("<REGION_TO_DESCRIPTION>", "What does the region {} describe?");
      TASKS.put("<REGION_TO_OCR>", "What text is in the region {}?");
    }

    private FlorencePrompt() {}

    /**
     * Token ids of a prompt behind the places of a picture.
     *
     * @param prompt null for none
     * @param placeholder the token that keeps a place
     * @param places of the picture; 0 for none
     * @param limit of all tokens
     * @throws InputException when a task that stands alone does not, or there are too many tokens
     */
    static int[] encode(
        Tokenizer tokenizer,
        @Nullable String prompt,
        int placeholder,
        int places,
        TokenLimit limit) {
      int[] ids = tokenizer.encode(sentence(prompt == null ? "" : prompt), false, limit);
      int[] all = new int[places + ids.length + 2];
      limit.require(all.length);
      Arrays.fill(all, 0, places, placeholder);
      all[places] = required(tokenizer.bosId(), "bos_token");
      System.arraycopy(ids, 0, all, places + 1, ids.length);
      all[all.length - 1] = required(tokenizer.eosId(), "eos_token");
      return all;
    }

    private static int required(OptionalInt id, String key) {
      return id.orElseThrow(
          () ->
              new InputException(
                  "tokenizer_config.json", "names no " + key, "give the complete file"));
    }

    /** The prompt with its task spelled out. */
    static String sentence(String prompt) {
      for (Map.Entry<String, String> task : TASKS.entrySet()) {
        if (prompt.contains(task.getKey())) {
          InputException.requireField(
              prompt.equals(task.getKey()) || task.getValue().contains(INPUT),
              "prompt",
              "has text beside the task " + task.getKey() + ", which takes none",
              "give the task alone");
          return task.getValue().replace(INPUT, prompt.replace(task.getKey(), "").strip());
        }
      }
      return prompt;
    }
  }
}
