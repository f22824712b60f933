package dev.deed.fuzz;

/**
 * The bytes of a fuzzer as choices of a generator that knows a format; behind the last they are all
 * 0. Not thread-safe.
 */
final class Choices {
  private final byte[] bytes;
  private int at;

  Choices(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean areLeft() {
    return at < bytes.length;
  }

  /** From 0 to 255. */
  int octet() {
    return at < bytes.length ? bytes[at++] & 0xff : 0;
  }

  /** From 0 to {@code bound - 1}, at most 256 of them. */
  int below(int bound) {
    return octet() % bound;
  }

  /** Any int. */
  int any() {
    return octet() << 24 | octet() << 16 | octet() << 8 | octet();
  }

  /** As often as not. */
  boolean yes() {
    return below(2) == 1;
  }

  /** Usually no. */
  boolean rarely() {
    return octet() > 240;
  }

  byte[] octets(int count) {
    byte[] taken = new byte[count];
    for (int i = 0; i < count; i++) {
      taken[i] = (byte) octet();
    }
    return taken;
  }

  /** All that are left. */
  byte[] rest() {
    return octets(bytes.length - at);
  }

  @SafeVarargs
  final <T> T of(T... options) {
    return options[below(options.length)];
  }
}
