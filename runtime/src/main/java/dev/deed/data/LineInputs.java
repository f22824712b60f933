package dev.deed.data;

import dev.deed.Input;
import dev.deed.checkpoint.SafetensorsFile;
import dev.deed.checkpoint.Tensor;
import dev.deed.data.InputLine.TensorReference;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.EncoderInput.Values;
import dev.deed.processing.page.OcrPage;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns lines of the data format into inputs of a model. */
public final class LineInputs {
  private static final String MASK = "attention_mask";

  private LineInputs() {}

  /**
   * The input that a line describes, with the tensors it names read.
   *
   * @throws InputException when a tensor cannot be read or fields do not fit together
   */
  public static Input input(InputLine line) {
    int[] ids = line.inputIds();
    int[] mask = null;
    Input input = Input.empty();
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
          Values values = Values.of(tensor);
          input = input.withTensor(entry.getKey(), values.numbers(), values.shape());
        }
      }
    }
    OcrPage page = page(line);
    input =
        (page == null ? input : input.withWords(page.entries(), page.width(), page.height()))
            .withText(line.prompt())
            .withTokenIds(ids)
            .withDecoderPrompt(line.decoderPrompt())
            .withDecoderPrefix(line.decoderInputIds())
            .withLanguages(line.sourceLanguage(), line.targetLanguage());
    Media image = line.media().get(InputLine.IMAGE);
    if (image != null) {
      input = image.as(input::withImage, input::withImage);
    }
    Media audio = line.media().get(InputLine.AUDIO);
    if (audio != null) {
      input = audio.as(input::withAudio, input::withAudio);
    }
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

  /**
   * The words with boxes that a line holds; null when it holds none.
   *
   * @throws InputException when they stand without the size of the page
   */
  public static @Nullable OcrPage page(InputLine line) {
    if (line.ocr().isEmpty()) {
      return null;
    }
    if (line.width() == null || line.height() == null) {
      throw InputException.ofField(
          "ocr", "stands without width and height", "give the size of the page in pixels");
    }
    return new OcrPage(line.ocr(), line.width(), line.height());
  }
}
