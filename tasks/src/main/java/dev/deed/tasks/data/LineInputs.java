package dev.deed.tasks.data;

import dev.deed.Input;
import dev.deed.checkpoint.InputException;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import java.util.Map;

/** Turns lines of the data format into inputs of a model. */
public final class LineInputs {
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
    float[] pixels = null;
    int[] ids = line.inputIds();
    for (Map.Entry<String, TensorReference> entry : line.tensors().entrySet()) {
      try (SafetensorsFile file = SafetensorsFile.open(entry.getValue().file())) {
        Tensor tensor = tensor(file, entry.getValue());
        switch (entry.getKey()) {
          case "pixel_values" -> pixels = tensor.toFloats();
          case "input_ids" -> ids = tensor.toInts();
          default -> refuse(true, "tensors: " + entry.getKey());
        }
      }
    }
    return new Input(line.prompt(), line.image(), ids, pixels, line.decoderInputIds());
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
