package dev.deed;

import dev.deed.checkpoint.InputException;
import dev.deed.model.EncoderFront;
import dev.deed.model.EncoderInput;
import dev.deed.model.EncoderInput.Part;
import dev.deed.model.EncoderInput.Values;
import dev.deed.processing.ImageProcessor;
import dev.deed.processing.PictureReader;
import dev.deed.processing.PixelValues;
import dev.deed.processing.Tokenizer;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes what an encoder reads of what a caller gives: tensors as they are, else text and pictures
 * through the folder's own tokenizer and image processor. Safe for use from many threads.
 *
 * @param folder what messages call the model
 */
record EncoderInputs(
    String folder,
    EncoderFront front,
    @Nullable Tokenizer tokenizer,
    @Nullable ImageProcessor images) {
  /**
   * @throws InputException when the input lacks what the model needs, or holds what it does not
   *     read
   */
  EncoderInput prepare(Input input) {
    refuseUnread(input);
    int[] ids = wants(Part.TOKENS) ? tokenIds(input) : null;
    Map<Part, Values> values = new EnumMap<>(Part.class);
    input.tensors().forEach(values::put);
    if (!values.containsKey(Part.PIXELS) && wants(Part.PIXELS) && input.image() != null) {
      values.put(Part.PIXELS, pixels(input.image()));
    }
    EncoderInput prepared = new EncoderInput(ids, values);
    for (Part part : front.reads()) {
      if (!prepared.has(part)) {
        throw missing(part);
      }
    }
    return prepared;
  }

  private boolean wants(Part part) {
    return front.reads().contains(part) || front.mayRead().contains(part);
  }

  /** What would be passed over in silence is refused. */
  private void refuseUnread(Input input) {
    for (Part part : input.tensors().keySet()) {
      if (!wants(part)) {
        throw new InputException(
            part.tensorName(), "is nothing that this model reads", "give " + names());
      }
    }
  }

  private String names() {
    TreeSet<Part> parts = new TreeSet<>(front.reads());
    parts.addAll(front.mayRead());
    return String.join(", ", parts.stream().map(Part::tensorName).toList());
  }

  private int @Nullable [] tokenIds(Input input) {
    if (input.tokenIds() != null) {
      return input.tokenIds();
    }
    if (input.text() == null) {
      return null;
    }
    if (tokenizer == null) {
      throw new InputException(folder, "holds no tokenizer.json", "give input_ids instead of text");
    }
    return tokenizer.encode(input.text());
  }

  private Values pixels(java.nio.file.Path image) {
    if (images == null) {
      throw new InputException(
          folder, "holds no preprocessor_config.json", "give pixel_values instead of an image");
    }
    return switch (images.process(new PictureReader().read(image))) {
      case PixelValues pixels ->
          Values.of(pixels.values(), pixels.channels(), pixels.height(), pixels.width());
    };
  }

  private static InputException missing(Part part) {
    return switch (part) {
      case TOKENS ->
          new InputException("input", "has no text", "this model reads text: give a prompt");
      case PIXELS, PATCHES ->
          new InputException("input", "has no picture", "this model reads pictures: give an image");
      case BOXES, SPECTROGRAM ->
          new InputException(
              "input", "has no " + part.tensorName(), "give it as a tensor: FILE.safetensors:NAME");
    };
  }
}
