package dev.deed.fuzz;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** JPEG files put together from segments: frames, tables, scans, restarts. */
final class JpegFuzz {
  private static final int MOST_SEGMENTS = 40;

  private JpegFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    PictureFuzz.fuzzerTestOneInput(build(new Choices(bytes)));
  }

  private static byte[] build(Choices choices) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    marker(out, 0xd8);
    int components = choices.of(1, 3, 3, 4, 2);
    boolean progressive = choices.below(2) == 1;
    segment(out, 0xdb, quantisation(0));
    segment(out, 0xdb, quantisation(1));
    frame(out, choices, components, progressive);
    for (int table : new int[] {0, 1, 0x10, 0x11}) {
      segment(out, 0xc4, codes(table, choices));
    }
    for (int i = 0; choices.areLeft() && i < MOST_SEGMENTS; i++) {
      switch (choices.below(10)) {
        case 0 -> segment(out, 0xdb, quantisation(choices.below(5)));
        case 1 -> segment(out, 0xc4, codes(choices.octet() & 0x13, choices));
        case 2 -> segment(out, 0xdd, choices.octets(2));
        case 3 -> segment(out, choices.of(0xe0, 0xe1, 0xee, 0xfe), choices.octets(choices.octet()));
        case 4 -> segment(out, 0xc0 + choices.below(16), choices.octets(choices.below(20)));
        case 5 -> frame(out, choices, components, progressive);
        default -> scan(out, choices, components, progressive);
      }
    }
    if (!choices.rarely()) {
      marker(out, 0xd9);
    }
    return out.toByteArray();
  }

  private static void frame(
      ByteArrayOutputStream out, Choices choices, int components, boolean progressive) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(choices.rarely() ? choices.octet() : 8);
    int16(frame, choices.rarely() ? choices.any() : 1 + choices.below(70));
    int16(frame, choices.rarely() ? choices.any() : 1 + choices.below(70));
    frame.write(components);
    for (int i = 0; i < components; i++) {
      frame.write(choices.rarely() ? choices.octet() : i + 1);
      frame.write(choices.of(0x11, 0x22, 0x21, 0x12, 0x41, 0x14, choices.octet()));
      frame.write(choices.rarely() ? choices.octet() : i > 0 ? 1 : 0);
    }
    segment(out, progressive ? 0xc2 : choices.of(0xc0, 0xc1), frame.toByteArray());
  }

  private static void scan(
      ByteArrayOutputStream out, Choices choices, int components, boolean progressive) {
    ByteArrayOutputStream scan = new ByteArrayOutputStream();
    int taken = progressive && choices.below(2) == 1 ? 1 : components;
    scan.write(taken);
    int first = taken == 1 ? choices.below(components) : 0;
    for (int i = first; i < first + taken; i++) {
      scan.write(choices.rarely() ? choices.octet() : i + 1);
      scan.write(choices.of(0x00, 0x11, choices.octet()));
    }
    if (progressive) {
      int from = choices.below(64);
      scan.write(from);
      scan.write(Math.min(63, from + choices.below(64)));
      scan.write(choices.of(0x00, 0x01, 0x10, 0x21, choices.octet()));
    } else {
      scan.writeBytes(new byte[] {0, 63, 0});
    }
    segment(out, 0xda, scan.toByteArray());
    for (int i = choices.octet(); i > 0; i--) {
      int code = choices.octet();
      out.write(code);
      if (code == 0xff) {
        out.write(choices.of(0, 0, 0, 0xd0 + choices.below(8), choices.octet()));
      }
    }
  }

  private static byte[] quantisation(int table) {
    byte[] values = new byte[65];
    Arrays.fill(values, (byte) (1 + table));
    values[0] = (byte) table;
    return values;
  }

  /** Most often all codes of one length, so that any bits decode. */
  private static byte[] codes(int table, Choices choices) {
    ByteArrayOutputStream codes = new ByteArrayOutputStream();
    codes.write(table);
    byte[] counts = new byte[16];
    int length = 1 + choices.below(4);
    counts[length - 1] = (byte) ((1 << length) - 1);
    if (choices.rarely()) {
      counts[choices.below(16)] = (byte) choices.octet();
    }
    codes.writeBytes(counts);
    int all = 0;
    for (byte count : counts) {
      all += count & 0xff;
    }
    codes.writeBytes(choices.octets(all));
    return codes.toByteArray();
  }

  private static void segment(ByteArrayOutputStream out, int marker, byte[] content) {
    marker(out, marker);
    int16(out, content.length + 2);
    out.writeBytes(content);
  }

  private static void marker(ByteArrayOutputStream out, int marker) {
    out.write(0xff);
    out.write(marker);
  }

  private static void int16(ByteArrayOutputStream out, int value) {
    out.write(value >> 8);
    out.write(value);
  }
}
