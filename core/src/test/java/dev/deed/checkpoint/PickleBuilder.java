package dev.deed.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes pickles byte by byte, honest and hostile ones. */
final class PickleBuilder {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A pickle of protocol 2. */
  static PickleBuilder start() {
    return new PickleBuilder().raw(0x80, 2);
  }

  PickleBuilder raw(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
    return this;
  }

  /** Instructions that are letters, such as {@code (} or {@code R}. */
  PickleBuilder code(String letters) {
    out.writeBytes(letters.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  PickleBuilder text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return code("X").little(4, bytes.length).code(text);
  }

  PickleBuilder global(String module, String name) {
    return code("c" + module + "\n" + name + "\n");
  }

  /** A number of any size as LONG1. */
  PickleBuilder number(long value) {
    return raw(0x8a, 8).little(8, value);
  }

  PickleBuilder little(int bytes, long value) {
    byte[] all = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    out.write(all, 0, bytes);
    return this;
  }

  /** Refers to a storage by persistent id. */
  PickleBuilder storage(String type, String key, long elements) {
    return code("(")
        .text("storage")
        .global("torch", type)
        .text(key)
        .text("cpu")
        .number(elements)
        .code("tQ");
  }

  /** A tensor of float32 in storage {@code key}. */
  PickleBuilder tensor(String key, long elements, long offset, long[] shape, long[] strides) {
    global("torch._utils", "_rebuild_tensor_v2").code("(");
    storage("FloatStorage", key, elements).number(offset);
    tuple(shape).tuple(strides).raw(0x89);
    return global("collections", "OrderedDict").code(")RtR");
  }

  PickleBuilder tuple(long... numbers) {
    code("(");
    for (long number : numbers) {
      number(number);
    }
    return code("t");
  }

  byte[] stop() {
    return code(".").bytes();
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
