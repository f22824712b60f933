package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;

/** Ends the work of ImageIO's readers, which tell every few rows how far they are. */
record Abort(Interruption interruption) implements IIOReadProgressListener {
  @Override
  public void imageProgress(ImageReader reader, float percentage) {
    if (interruption.isRequested()) {
      reader.abort();
    }
  }

  @Override
  public void sequenceStarted(ImageReader reader, int first) {}

  @Override
  public void sequenceComplete(ImageReader reader) {}

  @Override
  public void imageStarted(ImageReader reader, int image) {}

  @Override
  public void imageComplete(ImageReader reader) {}

  @Override
  public void thumbnailStarted(ImageReader reader, int image, int thumbnail) {}

  @Override
  public void thumbnailProgress(ImageReader reader, float percentage) {}

  @Override
  public void thumbnailComplete(ImageReader reader) {}

  @Override
  public void readAborted(ImageReader reader) {}
}
