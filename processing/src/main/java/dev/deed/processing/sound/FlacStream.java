package dev.deed.processing.sound;

/**
 * What the first metadata block of FLAC says of the stream (RFC 9639, section 8.2).
 *
 * @param frames samples of each channel; 0 where it is not known
 */
record FlacStream(int rate, int channels, int bits, long frames) {
  static final int BYTES = 34;

  private static final int FEWEST_BITS = 4;

  static FlacStream read(byte[] file, int at) {
    FlacBits fields = new FlacBits(file, at + 10);
    int rate = (int) fields.unsigned(20);
    int channels = (int) fields.unsigned(3) + 1;
    int bits = (int) fields.unsigned(5) + 1;
    BadSound.damagedIf(bits < FEWEST_BITS, "its samples have " + bits + " bits");
    return new FlacStream(rate, channels, bits, fields.unsigned(36));
  }
}
