package dev.deed.train;

import dev.deed.processing.Picture;
import org.jspecify.annotations.Nullable;

/**
 * An example as the model reads it, before augmentation and padding.
 *
 * @param source for the encoder
 * @param labels token ids to learn, the end token last
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
public record EncodedExample(Source source, int[] labels) {
  /** What the encoder is to read. */
  public sealed interface Source {
    /** Token ids, at least one. */
    @SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
    record Ids(int[] ids) implements Source {}

    /** A picture in the model's size. */
    record Image(Picture picture) implements Source {}

    /**
     * Tokens with the places of their boxes.
     *
     * @param ids at least one
     * @param coordinates what {@code LayoutAware.coordinates} makes of the boxes
     * @param picture in the model's size; null when the model reads none
     */
    @SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
    record Page(int[] ids, int[] coordinates, @Nullable Picture picture) implements Source {
      /** Written out: of a compact constructor, class files do not tell what may be null. */
      public Page(int[] ids, int[] coordinates, @Nullable Picture picture) {
        this.ids = ids;
        this.coordinates = coordinates;
        this.picture = picture;
      }
    }
  }

  /** What decides how long a batch takes: the tokens on both sides. */
  int length() {
    int encoder =
        switch (source) {
          case Source.Ids ids -> ids.ids().length;
          case Source.Page page -> page.ids().length;
          case Source.Image image -> 0;
        };
    return encoder + labels.length;
  }
}
