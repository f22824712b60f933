package dev.deed.processing.tokenizer;

import java.util.HashMap;
import java.util.Map;

/**
 * Numbers added tokens as the tokenizers library does: one that the model's vocabulary has keeps
 * its id; the others are counted on from the vocabulary's size, or from the largest id given before
 * where that is larger.
 */
final class AddedTokenNumbers {
  private final Vocabulary vocabulary;

  /** Entries of the vocabulary. */
  private final int modelSize;

  private final Map<String, Integer> ids = new HashMap<>();
  private int largest = -1;

  AddedTokenNumbers(Vocabulary vocabulary, int modelSize) {
    this.vocabulary = vocabulary;
    this.modelSize = modelSize;
  }

  /** The id of the next added token; that of the same token before if there was one. */
  int add(String content) {
    return ids.computeIfAbsent(
        content,
        token -> {
          Integer inModel = vocabulary.id(token);
          int id = inModel != null ? inModel : Math.max(largest + 1, modelSize);
          largest = Math.max(largest, id);
          return id;
        });
  }
}
