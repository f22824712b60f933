package dev.deed.train;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An example as the model reads it, before augmentation and padding.
 *
 * @param source for the encoder; examples of one input have the same object, which is encoded once
 *     for those in a batch
 * @param prompt token ids that the decoder is told behind its start, and does not learn; mostly
 *     none; of sound those that it starts with
 * @param labels token ids to learn, the end token last
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
public record EncodedExample(Source source, int[] prompt, int[] labels) {
  public sealed interface Source {
    /** Its token ids; none of a picture or a sound. */
    default int[] ids() {
      return new int[0];
    }

    /** The picture that batches are sorted by; null where there is none. */
    default @Nullable StoredPicture picture() {
      return null;
    }

    /** Token ids, at least one. */
    record Ids(int[] ids) implements Source {}

    /** A picture in a size that the model reads. */
    record Image(StoredPicture picture) implements Source {}

    /**
     * Tokens, at least one; some stand for rows of a picture, {@code [places · width]}, none where
     * there is none.
     */
    record Placed(int[] ids, float[] rows) implements Source {}

    /** A sound as the encoder has it, {@code [positions · width]}. */
    record Encoded(float[] states) implements Source {}

    /**
     * Tokens with the places of their boxes, if they have any.
     *
     * @param ids at least one
     * @param coordinates what {@code LayoutAwareFront.coordinates} makes of the boxes
     * @param picture in a size that the model reads; null when it reads none
     */
    record Page(int[] ids, int[] coordinates, @Nullable StoredPicture picture) implements Source {
      boolean placed() {
        return Arrays.stream(coordinates).anyMatch(coordinate -> coordinate >= 0);
      }
    }
  }

  /** Sides of a picture in pixels; 0 and 0 where there is none. */
  record Sides(int width, int height) {}

  /** Those of the picture: what the examples of a batch have in common. */
  Sides sides() {
    StoredPicture picture = source.picture();
    return picture == null ? new Sides(0, 0) : new Sides(picture.width(), picture.height());
  }

  /** Examples by the sides of their pictures, in the order in which sides and examples come. */
  static Collection<List<EncodedExample>> bySides(List<EncodedExample> examples) {
    return examples.stream()
        .collect(
            Collectors.groupingBy(EncodedExample::sides, LinkedHashMap::new, Collectors.toList()))
        .values();
  }

  /** What decides how long a batch takes: the tokens on both sides. */
  int length() {
    return source.ids().length + prompt.length + labels.length;
  }
}
