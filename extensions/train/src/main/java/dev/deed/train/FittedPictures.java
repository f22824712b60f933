package dev.deed.train;

import dev.deed.files.Interruption;
import dev.deed.processing.picture.ImageProcessor;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import dev.deed.value.InputException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads pictures and brings them to a model's size. Lines that follow each other and name the same
 * file share one picture, so that several questions about a page take the memory of one. Belongs to
 * one thread.
 */
final class FittedPictures {
  private final ImageProcessor images;
  private final PictureReader reader = new PictureReader();
  private @Nullable Path file;
  private @Nullable StoredPicture fitted;
  private boolean blank;

  FittedPictures(ImageProcessor images) {
    this.images = images;
  }

  /**
   * @throws InputException when it cannot be read
   */
  StoredPicture of(Path image) {
    StoredPicture known = fitted;
    if (known != null && image.equals(file)) {
      return known;
    }
    Picture given = reader.read(image);
    Picture resized = images.resize(given, Interruption.NEVER);
    StoredPicture made = StoredPicture.deflate(resized);
    file = image;
    fitted = made;
    blank = given.isBlank() || resized.isBlank();
    return made;
  }

  /** Whether the latest picture is blank, or was before margins were added. */
  boolean isBlank() {
    return blank;
  }
}
