package dev.deed.processing.tokenizer.file;

import java.util.HashMap;
import java.util.Map;

/**
 * Numbers added tokens as the tokenizers library does: one that the model's vocabulary has keeps
 * its id; the others are counted on from the vocabulary's size, or from the largest id given before
 * where that is larger.
 */
final class AddedTokenNumbers {
  private final Vocabulary vocabulary;
  private final int modelSize;
  private final Map<String, Integer> ids = new HashMap<>();
  private int largest = -1;

  /**
   * @param vocabulary of the model
   * @param modelSize number of its entries
   */
  AddedTokenNumbers(Vocabulary vocabulary, int modelSize) {
    this.vocabulary = vocabulary;
    this.modelSize = modelSize;
  }

  /** The id of the next added token; that of the same token before if there was one. */
  int add(String content) {
    Integer known = ids.get(content);
    if (known != null) {
      return known;
    }
    Integer inModel = vocabulary.id(content);
    int id = inModel != null ? inModel : Math.max(largest + 1, modelSize);
    largest = Math.max(largest, id);
    ids.put(content, id);
    return id;
  }
}
