package dev.deed.processing.picture;

/**
 * What an encoded picture may ask for. Pictures are untrusted: a file of a few kilobytes can claim
 * a raster of many gigabytes, so the claim is held against these before anything is allocated.
 *
 * @param maxBytes largest encoded file, in bytes
 * @param maxPixels largest {@code width · height}
 */
public record PictureLimits(long maxBytes, long maxPixels) {
  /**
   * Longest side: as long as a JPEG's or GIF's can be. Filters of a resized picture take memory by
   * its sides, not its pixels.
   */
  static final int MOST_SIDE = 65_535;

  /** Pixels that a picture may have, where the heap is not small. */
  private static final long USUAL_PIXELS = 50_000_000;

  /** Bytes of the heap for each pixel: decoding takes up to nine. */
  private static final long HEAP_PER_PIXEL = 16;

  /** Pixels that are decoded, resized and normalised in a tenth of a second. */
  private static final long QUICK_PIXELS = 4_000_000;

  /**
   * 64 MiB encoded, 50 million pixels (150 MB decoded), or a pixel for each 16 bytes of the heap's
   * bound where that is fewer.
   */
  public static final PictureLimits DEFAULT = forHeap(Runtime.getRuntime().maxMemory());

  static PictureLimits forHeap(long bytes) {
    return new PictureLimits(64L << 20, pixels(bytes, USUAL_PIXELS));
  }

  /** Pixels of a picture that fit this heap several times, {@code most} at most. */
  public static long pixelsThatFit(long most) {
    return pixels(Runtime.getRuntime().maxMemory(), most);
  }

  private static long pixels(long heap, long most) {
    return Math.clamp(heap / HEAP_PER_PIXEL, QUICK_PIXELS, most);
  }

  /** Limits within which a picture takes little time. */
  public PictureLimits quick() {
    return new PictureLimits(maxBytes, Math.min(maxPixels, QUICK_PIXELS));
  }

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
