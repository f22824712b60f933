package dev.deed.evaluation;

import dev.deed.EncoderDecoderModel;
import java.util.List;

/**
 * A model under evaluation.
 *
 * @param name what the report calls it
 * @param model stays the caller's to close
 */
public record NamedModel(String name, EncoderDecoderModel model) {
  /** Whether the model's own folder holds answers to a language. */
  boolean hasLanguage() {
    return model.generationDefaults().containsKey("structured_outputs");
  }

  /**
   * Names a model apart from others: the same folder given twice, to see how far times of equal
   * work differ, is {@code FOLDER} and {@code FOLDER (2)}.
   */
  public static NamedModel among(List<NamedModel> others, String name, EncoderDecoderModel model) {
    String apart = name;
    List<String> taken = others.stream().map(NamedModel::name).toList();
    for (int number = 2; taken.contains(apart); number++) {
      apart = name + " (" + number + ")";
    }
    return new NamedModel(apart, model);
  }
}
