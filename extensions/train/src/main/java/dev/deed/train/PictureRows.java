package dev.deed.train;

import dev.deed.data.InputLine;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.front.PicturePlaces;
import dev.deed.model.front.PictureTextFront;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.StackSpec;
import dev.deed.processing.picture.ImageProcessor;
import dev.deed.processing.picture.PixelValues;
import dev.deed.processing.tokenizer.PicturePrompt;
import dev.deed.processing.tokenizer.TokenLimit;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.tensor.ArrayPool;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts pictures among tokens. The part of the model that reads pictures is not trained, so their
 * rows are made once, by the engine. Belongs to one thread.
 */
final class PictureRows implements AutoCloseable {
  private static final float[] NONE = {};

  private final ModelFolder folder;
  private final PictureTextFront front;
  private final @Nullable ImageProcessor images;
  private final @Nullable FittedPictures pictures;
  private final ThreadPool pool;
  private EncoderFront.@Nullable Weights weights;
  private @Nullable StoredPicture latest;
  private float[] rows = NONE;

  private PictureRows(
      ModelFolder folder,
      PictureTextFront front,
      @Nullable ImageProcessor images,
      ThreadPool pool) {
    this.folder = folder;
    this.front = front;
    this.images = images;
    this.pictures = images == null ? null : new FittedPictures(images);
    this.pool = pool;
  }

  /**
   * Opens the model of a folder; null when it puts no pictures among tokens.
   *
   * @param threads that read pictures
   */
  static @Nullable PictureRows open(Path path, EncoderFront front, int threads) {
    if (!(front instanceof PictureTextFront among)) {
      return null;
    }
    ImageProcessor images = ImageProcessor.find(path).orElse(null);
    return new PictureRows(ModelFolder.open(path), among, images, ThreadPool.of(threads));
  }

  /**
   * Tokens of a line with its picture, if the model reads any; null when that is blank.
   *
   * @throws InputException when the prompt and the picture do not go together
   */
  EncodedExample.Source.@Nullable Placed source(InputLine line, Tokenizer tokenizer) {
    float[] made = NONE;
    Path image = line.image();
    if (image != null && front.picture() != null) {
      FittedPictures fitted = pictures;
      if (fitted == null) {
        throw new InputException(
            "image",
            "is given, and the model's folder holds no preprocessor_config.json",
            "give the complete folder");
      }
      StoredPicture picture = fitted.of(image);
      if (fitted.isBlank()) {
        return null;
      }
      made = rows(picture, front.picture());
    }
    int places = made.length / stack().width();
    int[] ids =
        line.inputIds() != null
            ? line.inputIds()
            : new PicturePrompt(line.prompt(), null, null, places)
                .encode(
                    tokenizer,
                    folder.description().inputs().tasks(),
                    front.placeholder(),
                    TokenLimit.NONE);
    if (ids == null) {
      throw new InputException(
          "the line", "has no prompt and no image", "give what this model reads");
    }
    front.requirePlaces(ids, places);
    return new EncodedExample.Source.Placed(ids, made);
  }

  /** {@code [places · width]}. Lines that follow each other and show one picture share them. */
  private float[] rows(StoredPicture picture, PicturePlaces places) {
    if (picture != latest) {
      PixelValues pixels = picture.pixels(Objects.requireNonNull(images));
      EncoderInput.Values values =
          EncoderInput.Values.of(
              pixels.values(), pixels.channels(), pixels.height(), pixels.width());
      EncoderInput input = EncoderInput.of(Part.PIXELS, values);
      rows = weights(places).embed(input, pool).hidden();
      latest = picture;
    }
    return rows;
  }

  private EncoderFront.Weights weights(PicturePlaces places) {
    EncoderFront.Weights read = weights;
    if (read == null) {
      // No token is looked up, so a table of one row will do.
      EncoderFront.Shared shared =
          new EncoderFront.Shared(
              folder.pack((first, count, target) -> {}, 1, stack().width()), new ArrayPool());
      read = places.read(folder, stack(), shared);
      weights = read;
    }
    return read;
  }

  private StackSpec stack() {
    return folder.spec().encoder().stack();
  }

  @Override
  public void close() {
    pool.close();
    folder.close();
  }
}
