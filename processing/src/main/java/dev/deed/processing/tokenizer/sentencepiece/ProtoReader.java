package dev.deed.processing.tokenizer.sentencepiece;

import dev.deed.value.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The fields of one message in the wire format of protocol buffers, one after the other. Every
 * length is held against the bytes that are there before it is used. Belongs to one thread.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">the format</a>
 */
final class ProtoReader {
  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int LENGTH = 2;
  private static final int FOUR_BYTES = 5;

  private final String origin;
  private final ByteBuffer bytes;
  private int wireType;

  ProtoReader(String origin, ByteBuffer bytes) {
    this.origin = origin;
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The number of the next field, 0 at the end. Its value must be read or skipped next. */
  int next() {
    if (!bytes.hasRemaining()) {
      return 0;
    }
    long tag = varint();
    wireType = (int) (tag & 7);
    long field = tag >>> 3;
    damagedIf(field < 1 || field >= 1 << 29);
    return (int) field;
  }

  /** A whole number, an enumeration or a truth value. */
  long number() {
    require(VARINT);
    return varint();
  }

  float decimal() {
    require(FOUR_BYTES);
    damagedIf(bytes.remaining() < Float.BYTES);
    return bytes.getFloat();
  }

  /** A text; what is not UTF-8 is refused. */
  String text() {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(slice()).toString();
    } catch (CharacterCodingException e) {
      throw new InputException(origin, "holds a text that is not UTF-8", SentencePieceModel.ADVICE);
    }
  }

  byte[] bytes() {
    ByteBuffer slice = slice();
    byte[] copy = new byte[slice.remaining()];
    slice.get(copy);
    return copy;
  }

  ProtoReader message() {
    return new ProtoReader(origin, slice());
  }

  void skip() {
    switch (wireType) {
      case VARINT -> varint();
      case EIGHT_BYTES -> advance(Long.BYTES);
      case LENGTH -> slice();
      case FOUR_BYTES -> advance(Integer.BYTES);
      default -> throw damaged();
    }
  }

  /** The bytes of a field of given length, not copied. */
  private ByteBuffer slice() {
    require(LENGTH);
    long length = varint();
    damagedIf(length < 0 || length > bytes.remaining());
    ByteBuffer slice = bytes.slice(bytes.position(), (int) length);
    bytes.position(bytes.position() + (int) length);
    return slice;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      damagedIf(!bytes.hasRemaining());
      byte next = bytes.get();
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw damaged();
  }

  private void advance(int count) {
    damagedIf(bytes.remaining() < count);
    bytes.position(bytes.position() + count);
  }

  private void require(int type) {
    damagedIf(wireType != type);
  }

  private void damagedIf(boolean isDamaged) {
    if (isDamaged) {
      throw damaged();
    }
  }

  private InputException damaged() {
    return new InputException(
        origin, "is no sentencepiece model, or a damaged one", SentencePieceModel.ADVICE);
  }
}
