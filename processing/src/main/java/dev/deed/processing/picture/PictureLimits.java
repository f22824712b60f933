package dev.deed.processing.picture;

/**
 * What an encoded picture may ask for. Pictures are untrusted: a file of a few kilobytes can claim
 * a raster of many gigabytes, so the claim is held against these before anything is allocated.
 *
 * @param maxBytes largest encoded file, in bytes
 * @param maxPixels largest {@code width · height}
 */
public record PictureLimits(long maxBytes, long maxPixels) {
  /** 64 MiB encoded, 50 million pixels (150 MB decoded). */
  public static final PictureLimits DEFAULT = new PictureLimits(64L << 20, 50_000_000);

  /** A raster is one array of 3 bytes a pixel, so no limit can allow more than this. */
  static final long MOST_PIXELS = (Integer.MAX_VALUE - 8) / 3;

  /**
   * @throws IllegalArgumentException when a limit is below 1, or the pixels would not fit one array
   */
  public PictureLimits {
    if (maxBytes < 1
        || maxBytes > Integer.MAX_VALUE - 8
        || maxPixels < 1
        || maxPixels > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "limits out of range: %d bytes, %d pixels".formatted(maxBytes, maxPixels));
    }
  }
}
