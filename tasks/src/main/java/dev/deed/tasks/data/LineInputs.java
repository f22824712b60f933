package dev.deed.tasks.data;

import dev.deed.Input;
import dev.deed.checkpoint.InputException;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.model.EncoderInput.Part;
import dev.deed.model.EncoderInput.Values;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/** Turns lines of the data format into inputs of a model. */
public final class LineInputs {
  private static final String MASK = "attention_mask";

  private LineInputs() {}

  /**
   * The input that a line describes, with the tensors it names read.
   *
   * @throws InputException when a tensor cannot be read or a field is not supported yet
   */
  public static Input input(InputLine line) {
    refuse(line.decoderPrompt() != null, "decoder_prompt");
    refuse(!line.ocr().isEmpty(), "ocr");
    refuse(line.sourceLanguage() != null, "source_language");
    refuse(line.targetLanguage() != null, "target_language");
    int[] ids = line.inputIds();
    int[] mask = null;
    Map<Part, Values> values = new EnumMap<>(Part.class);
    for (Map.Entry<String, TensorReference> entry : line.tensors().entrySet()) {
      try (SafetensorsFile file = SafetensorsFile.open(entry.getValue().file())) {
        Tensor tensor = tensor(file, entry.getValue());
        Part part = Part.named(entry.getKey());
        if (part == Part.TOKENS) {
          ids = tensor.toInts();
        } else if (entry.getKey().equals(MASK)) {
          mask = tensor.toInts();
        } else if (part == null) {
          throw new InputException(
              "tensors: " + entry.getKey(), "is unknown", "give " + names() + " or " + MASK);
        } else {
          values.put(part, Values.of(tensor));
        }
      }
    }
    Input input =
        Input.empty()
            .withText(line.prompt())
            .withImage(line.image())
            .withTokenIds(ids)
            .withTensors(values)
            .withDecoderPrefix(line.decoderInputIds());
    return mask == null ? input : input.withoutPadding(mask);
  }

  private static String names() {
    return String.join(", ", Arrays.stream(Part.values()).map(Part::tensorName).toList());
  }

  private static Tensor tensor(SafetensorsFile file, TensorReference reference) {
    Tensor tensor = file.tensors().get(reference.name());
    if (tensor == null) {
      throw new InputException(
          reference.file().toString(), "has no tensor " + reference.name(), "check the name");
    }
    return tensor;
  }

  /** A field that would change the answer is refused rather than passed over. */
  private static void refuse(boolean present, String field) {
    if (present) {
      throw new InputException(field, "is not supported yet", "leave it out");
    }
  }
}
