package dev.deed.processing.tokenizer;

import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What Florence-2 reads of a prompt ({@code Florence2Processor} of Transformers): a task is a token
 * that stands for a sentence; the places of a picture stand in front of it.
 */
final class FlorencePrompt {
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
      Tokenizer tokenizer, @Nullable String prompt, int placeholder, int places, TokenLimit limit) {
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
