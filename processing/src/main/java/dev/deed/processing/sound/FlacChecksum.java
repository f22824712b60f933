package dev.deed.processing.sound;

/** The cyclic redundancy checks of FLAC's frames. Immutable. */
final class FlacChecksum {
  /** Of a frame's header. */
  static final FlacChecksum CRC8 = new FlacChecksum(8, 0x07);

  /** Of a whole frame. */
  static final FlacChecksum CRC16 = new FlacChecksum(16, 0x8005);

  private final int width;
  private final int[] table = new int[256];

  private FlacChecksum(int width, int polynomial) {
    this.width = width;
    for (int value = 0; value < table.length; value++) {
      int rest = value << width - Byte.SIZE;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        int out = rest >> width - 1 & 1;
        rest = (rest << 1 ^ out * polynomial) & (1 << width) - 1;
      }
      table[value] = rest;
    }
  }

  private int of(byte[] bytes, int from, int to) {
    int rest = 0;
    for (int i = from; i < to; i++) {
      rest =
          (rest << Byte.SIZE ^ table[rest >> width - Byte.SIZE ^ bytes[i] & 0xff])
              & (1 << width) - 1;
    }
    return rest;
  }

  /** Refuses bytes whose checksum is not the one that stands behind them. */
  void require(byte[] bytes, int from, int to, int stated) {
    int right = of(bytes, from, to);
    BadSound.damagedIf(
        right != stated,
        "the checksum of %d bits at byte %d is %x and must be %x"
            .formatted(width, to, stated, right));
  }
}
