package dev.deed.train;

import dev.deed.checkpoint.InputException;
import dev.deed.model.EncoderFront;
import dev.deed.model.PositionSpec;
import dev.deed.model.TransformerSpec;
import dev.deed.model.family.ModelDescription;
import dev.deed.processing.ImageProcessor;
import dev.deed.processing.Picture;
import dev.deed.processing.PictureReader;
import dev.deed.processing.Tokenizer;
import dev.deed.tasks.data.InputLine;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns lines of a data set into what a model learns from. Belongs to one thread.
 *
 * @param images null for a model that reads text
 */
record ExampleEncoder(
    ModelDescription description, Tokenizer tokenizer, @Nullable ImageProcessor images) {
  /**
   * An input with its labels.
   *
   * @param file named by errors
   * @throws InputException when the line lacks what the model reads, or is too long for it
   */
  EncodedExample encode(String file, InputLine line, int[] labels) {
    String where = file + ", line " + line.number();
    PositionSpec decoder = description.spec().decoder().positions();
    if (decoder instanceof PositionSpec.Learned learned && labels.length > learned.size()) {
      throw new InputException(
          where,
          "has a target of %d tokens, the decoder has %d positions"
              .formatted(labels.length, learned.size()),
          "shorten the target or give the model more positions");
    }
    return new EncodedExample(source(where, line), labels);
  }

  /** Token ids to learn, the end token last. */
  int[] labels(String target) {
    int[] ids = tokenizer.encode(target);
    int end = description.tokens().ends().getFirst();
    if (ids.length > 0 && description.tokens().ends().contains(ids[ids.length - 1])) {
      return ids;
    }
    int[] closed = Arrays.copyOf(ids, ids.length + 1);
    closed[ids.length] = end;
    return closed;
  }

  private EncodedExample.Source source(String where, InputLine line) {
    TransformerSpec.Encoder encoder = description.spec().encoder();
    return switch (encoder.front()) {
      case EncoderFront.Tokens tokens -> ids(where, line, encoder.positions());
      case EncoderFront.Picture front -> picture(where, line, front);
    };
  }

  private EncodedExample.Source.Ids ids(String where, InputLine line, PositionSpec positions) {
    int[] ids = line.inputIds();
    if (ids == null) {
      if (line.prompt() == null) {
        throw new InputException(where, "has no prompt", "this model reads text: give prompts");
      }
      ids = tokenizer.encode(line.prompt());
    }
    int most =
        positions instanceof PositionSpec.Learned learned ? learned.size() : Integer.MAX_VALUE;
    if (ids.length == 0 || ids.length > most) {
      throw new InputException(
          where,
          "has a prompt of %d tokens, the encoder reads 1..%d".formatted(ids.length, most),
          "shorten the prompt or give the model more positions");
    }
    return new EncodedExample.Source.Ids(ids);
  }

  private EncodedExample.Source.Image picture(
      String where, InputLine line, EncoderFront.Picture front) {
    if (line.image() == null || images == null) {
      throw new InputException(where, "has no image", "this model reads pictures: give images");
    }
    Picture picture = images.resize(new PictureReader().read(line.image()));
    if (picture.width() != front.width() || picture.height() != front.height()) {
      throw new InputException(
          where,
          "gives the encoder a picture of %d×%d, it reads %d×%d"
              .formatted(picture.width(), picture.height(), front.width(), front.height()),
          "let preprocessor_config.json resize to the size in config.json");
    }
    return new EncodedExample.Source.Image(picture);
  }
}
