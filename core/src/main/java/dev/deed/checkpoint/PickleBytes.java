package dev.deed.checkpoint;

import dev.deed.value.InputException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a pickle, read from front to back; every error names the position.
 *
 * @param origin what is read, for messages
 * @param bytes from the position of the next one on, little-endian
 */
record PickleBytes(String origin, ByteBuffer bytes) {
  private static final int MAX_LINE = 256;
  private static final String GET_ANOTHER =
      "get the model as safetensors, or from a source that you trust";

  PickleBytes(String origin, byte[] bytes) {
    this(origin, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
  }

  int position() {
    return bytes.position();
  }

  int unsigned8() {
    return need(1).get() & 0xff;
  }

  int unsigned16() {
    return need(2).getShort() & 0xffff;
  }

  int signed32() {
    return need(4).getInt();
  }

  long unsigned32() {
    return need(4).getInt() & 0xffff_ffffL;
  }

  /** An unsigned number of 64 bits that is the length of something in this pickle. */
  long length64() {
    long length = need(8).getLong();
    if (length < 0 || length > bytes.remaining()) {
      throw error("claims " + Long.toUnsignedString(length) + " bytes, more than there are");
    }
    return length;
  }

  double bigEndianDouble() {
    return Double.longBitsToDouble(Long.reverseBytes(need(8).getLong()));
  }

  /** A two's-complement number, little-endian; zero bytes mean 0. */
  BigInteger whole(int length) {
    byte[] reversed = new byte[length + 1];
    need(length);
    for (int i = length; i > 0; i--) {
      reversed[i] = bytes.get();
    }
    reversed[0] = length > 0 && reversed[1] < 0 ? (byte) -1 : 0;
    return new BigInteger(reversed);
  }

  String utf8(long length) {
    ByteBuffer text = take(length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw error("holds a text that is not UTF-8");
    }
  }

  String latin1(long length) {
    return StandardCharsets.ISO_8859_1.decode(take(length)).toString();
  }

  /** Text up to the end of the line, which is passed over. */
  String line() {
    StringBuilder text = new StringBuilder();
    for (int c = unsigned8(); c != '\n'; c = unsigned8()) {
      if (text.length() == MAX_LINE || c < ' ' || c > '~') {
        throw error("holds a name that is none");
      }
      text.append((char) c);
    }
    return text.toString();
  }

  /** The error for what was read last. */
  InputException error(String why) {
    return error(bytes.position(), why);
  }

  InputException error(int position, String why) {
    return new InputException(origin + ": at byte " + position, why, GET_ANOTHER);
  }

  private ByteBuffer take(long length) {
    ByteBuffer part = need(length).slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    return part;
  }

  private ByteBuffer need(long count) {
    if (count > bytes.remaining()) {
      throw error("ends where " + count + " more bytes should follow");
    }
    return bytes;
  }
}
