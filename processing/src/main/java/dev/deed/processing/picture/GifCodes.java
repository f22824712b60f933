package dev.deed.processing.picture;

import dev.deed.files.Interruption;
import dev.deed.value.InputException;

/**
 * The compressed indices of a GIF frame (GIF89a, appendix F). Here instead of ImageIO because the
 * JDK's decoder makes up what damaged codes leave out, and says nothing. Not thread-safe.
 */
final class GifCodes {
  private static final int MOST_CODES = 1 << 12;

  /** Pixels of one code, at most, and codes of a byte. */
  private static final long MOST_PIXELS_PER_BYTE = MOST_CODES * 8 / 3;

  private final byte[] file;
  private final Interruption interruption;
  private int next;
  private int leftInBlock;
  private int bits;
  private int bitCount;

  /** Of each code: where among the indices it stood first, and how many of them it stands for. */
  private final int[] start = new int[MOST_CODES];

  private final int[] length = new int[MOST_CODES];

  private GifCodes(byte[] file, int first, Interruption interruption) {
    this.file = file;
    this.next = first;
    this.interruption = interruption;
  }

  /**
   * @param at offset of the byte that says how many bits an index has
   * @param pixels of the frame
   * @return an index for each pixel, in the order of the file
   * @throws InputException when there are fewer, or the codes are damaged
   */
  static byte[] decode(byte[] file, int at, int pixels, Interruption interruption) {
    // Too few codes for the pixels: told before their memory is taken.
    BadPicture.truncatedIf(at >= file.length || pixels / MOST_PIXELS_PER_BYTE > file.length);
    int width = file[at] & 0xff;
    BadPicture.damagedIf(width < 1 || width > 8, "its indices have " + width + " bits");
    byte[] indices = new byte[pixels];
    new GifCodes(file, at + 1, interruption).decode(width, indices);
    return indices;
  }

  private void decode(int width, byte[] indices) {
    int clear = 1 << width;
    int end = clear + 1;
    int codeBits = width + 1;
    int codes = end + 1;
    int filled = 0;
    // What the previous code stands for; none behind a clear code.
    int before = 0;
    int countBefore = 0;
    while (filled < indices.length) {
      int code = read(codeBits);
      if (code == clear) {
        codeBits = width + 1;
        codes = end + 1;
        countBefore = 0;
        continue;
      }
      BadPicture.truncatedIf(code == end);
      BadPicture.damagedIf(
          code > codes
              || (countBefore == 0 && code >= clear)
              || (code == codes && codes == MOST_CODES),
          "its codes do not decode");
      if (countBefore > 0 && codes < MOST_CODES) {
        // One index more: the first that the code stands for.
        start[codes] = before;
        length[codes] = countBefore + 1;
        codes++;
        if (codes == 1 << codeBits && codes < MOST_CODES) {
          codeBits++;
        }
      }
      before = filled;
      countBefore = code < clear ? 1 : length[code];
      int stop = Math.min(filled + countBefore, indices.length);
      for (int from = start[code]; filled < stop; from++, filled++) {
        indices[filled] = code < clear ? (byte) code : indices[from];
      }
    }
  }

  private int read(int count) {
    while (bitCount < count) {
      if (leftInBlock == 0) {
        interruption.check();
        leftInBlock = byteAt(next++);
        BadPicture.truncatedIf(leftInBlock == 0 || leftInBlock > file.length - next);
      }
      bits |= byteAt(next++) << bitCount;
      bitCount += 8;
      leftInBlock--;
    }
    int code = bits & (1 << count) - 1;
    bits >>>= count;
    bitCount -= count;
    return code;
  }

  private int byteAt(int at) {
    BadPicture.truncatedIf(at >= file.length);
    return file[at] & 0xff;
  }
}
