package dev.deed.processing.sound;

import java.util.Arrays;

/**
 * What the first metadata block of FLAC says of the stream (RFC 9639, section 8.2).
 *
 * @param frames samples of each channel; 0 where it is not known
 * @param digest MD5 of all samples; zeros where it is not known
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over
record FlacStream(int rate, int channels, int bits, long frames, byte[] digest) {
  static final int BYTES = 34;

  private static final int DIGEST_BYTES = 16;
  private static final int FEWEST_BITS = 4;

  static FlacStream read(byte[] file, int at) {
    FlacBits fields = new FlacBits(file, at + 10);
    int rate = (int) fields.unsigned(20);
    int channels = (int) fields.unsigned(3) + 1;
    int bits = (int) fields.unsigned(5) + 1;
    long frames = fields.unsigned(36);
    BadSound.damagedIf(bits < FEWEST_BITS, "its samples have " + bits + " bits");
    int digest = at + BYTES - DIGEST_BYTES;
    return new FlacStream(
        rate, channels, bits, frames, Arrays.copyOfRange(file, digest, digest + DIGEST_BYTES));
  }

  boolean hasDigest() {
    return !Arrays.equals(digest, new byte[DIGEST_BYTES]);
  }
}
