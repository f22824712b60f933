package dev.deed.processing.tokenizer;

import dev.deed.files.IoReason;
import dev.deed.files.RegularFile;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A sentencepiece model file ({@code spiece.model}, {@code source.spm}, …): its pieces and how it
 * prepares a text. The fields are those of {@code sentencepiece_model.proto}. Immutable; arrays are
 * not copied and must not change.
 *
 * @param pieces by id; no two alike, none empty, exactly one {@link Kind#UNKNOWN}
 * @param unknownId id of that one
 * @param algorithm how a text is cut into pieces
 * @param characterMap rules for characters, checked by {@link CharacterMap}; empty for none
 * @param growth what these rules can make of a text
 * @param spaceInFront whether a text is given a leading space ({@code add_dummy_prefix})
 * @param collapsesSpaces whether runs of spaces become one ({@code remove_extra_whitespaces})
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
record SentencePieceModel(
    List<Piece> pieces,
    int unknownId,
    Algorithm algorithm,
    byte[] characterMap,
    CharacterMap.Growth growth,
    boolean spaceInFront,
    boolean collapsesSpaces) {
  /** What stands for a space inside pieces. */
  public static final String SPACE = "▁";

  static final String ADVICE = "fetch it again, or give a tokenizer.json";

  /** The largest known (Gemma's) have 4 MB. */
  private static final int MOST_BYTES = 64 << 20;

  /** The most that are known (Gemma 3's) are 262,144. */
  private static final int MOST_PIECES = 1_000_000;

  /** Trainers make pieces of up to 16 characters unless they are told otherwise. */
  public static final int LONGEST_PIECE = 256;

  private static final int MOST_PREFIXES = 64;

  /** How a text is cut into pieces. */
  public enum Algorithm {
    UNIGRAM,
    BPE
  }

  /** Part that a piece plays. */
  public enum Kind {
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE
  }

  /**
   * @param score log-probability, or rank below zero; finite
   */
  public record Piece(String text, float score, Kind kind) {}

  /**
   * A file as read: its bytes, for native code, and what is in them.
   *
   * @param origin what an error message calls it
   */
  @SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
  public record Source(String origin, byte[] bytes, SentencePieceModel model) {}

  /**
   * @throws InputException when it is missing, too large, damaged, or of an algorithm other than
   *     unigram and BPE
   */
  public static Source read(Path file) {
    String origin = file.toString();
    try {
      byte[] bytes = RegularFile.read(file, MOST_BYTES, ADVICE);
      return new Source(origin, bytes, parse(origin, bytes));
    } catch (IOException e) {
      throw IoReason.unreadable(origin, e);
    }
  }

  /** What the bytes of a file hold, refused as by {@link #read}. */
  static SentencePieceModel parse(String origin, byte[] bytes) {
    return new Parser(origin).parse(new ProtoReader(origin, ByteBuffer.wrap(bytes)));
  }

  private static final class Parser {
    private final String origin;
    private final List<Piece> pieces = new ArrayList<>();
    private final Set<String> texts = new HashSet<>();
    private final Set<Integer> seen = new HashSet<>();
    private int unknownId = -1;
    private Algorithm algorithm = Algorithm.UNIGRAM;
    private byte[] characterMap = {};
    private boolean spaceInFront = true;
    private boolean collapsesSpaces = true;

    Parser(String origin) {
      this.origin = origin;
    }

    SentencePieceModel parse(ProtoReader model) {
      for (int field = model.next(); field != 0; field = model.next()) {
        // Protocol buffers merge a message given twice; no writer does so, and then what is checked
        // here would not be what native code reads.
        refuseIf(field != 1 && !seen.add(field), "holds one of its parts twice");
        switch (field) {
          case 1 -> add(piece(model.message()));
          case 2 -> readTrainer(model.message());
          case 3 -> readNormalizer(model.message());
          case 5 -> refuseDenormalizer(model.message());
          default -> model.skip();
        }
      }
      refuseIf(unknownId < 0, "has no piece for unknown text");
      requireFewPrefixes();
      return new SentencePieceModel(
          List.copyOf(pieces),
          unknownId,
          algorithm,
          characterMap,
          CharacterMap.check(origin, characterMap),
          spaceInFront,
          collapsesSpaces);
    }

    /** User-defined pieces that begin one another: the library writes them down side by side. */
    private void requireFewPrefixes() {
      Deque<String> prefixes = new ArrayDeque<>();
      List<String> own =
          pieces.stream()
              .filter(piece -> piece.kind() == Kind.USER_DEFINED)
              .map(Piece::text)
              .sorted()
              .toList();
      for (String text : own) {
        while (!prefixes.isEmpty() && !text.startsWith(prefixes.peek())) {
          prefixes.pop();
        }
        prefixes.push(text);
        refuseIf(
            prefixes.size() > MOST_PREFIXES,
            "has more than " + MOST_PREFIXES + " user-defined pieces in one another");
      }
    }

    private Piece piece(ProtoReader message) {
      String text = "";
      float score = 0;
      long kind = 1;
      for (int field = message.next(); field != 0; field = message.next()) {
        switch (field) {
          case 1 -> text = message.text();
          case 2 -> score = message.decimal();
          case 3 -> kind = message.number();
          default -> message.skip();
        }
      }
      if (kind < 1 || kind > Kind.values().length) {
        throw wrong("has a piece of unknown kind " + kind);
      }
      return new Piece(text, score, Kind.values()[(int) kind - 1]);
    }

    private void add(Piece piece) {
      refuseIf(
          piece.text().isEmpty() || piece.text().indexOf('\0') >= 0,
          "has a piece without text, or one with a zero character");
      refuseIf(
          piece.text().length() > LONGEST_PIECE || pieces.size() == MOST_PIECES,
          "has a piece longer than "
              + LONGEST_PIECE
              + " characters, or more than "
              + MOST_PIECES
              + " pieces");
      if (!texts.add(piece.text())) {
        throw wrong("has a piece twice, the second time as id " + pieces.size());
      }
      if (!Float.isFinite(piece.score())) {
        throw wrong("has a piece whose score is no finite number, id " + pieces.size());
      }
      if (piece.kind() == Kind.UNKNOWN) {
        refuseIf(unknownId >= 0, "has two pieces for unknown text");
        unknownId = pieces.size();
      }
      pieces.add(piece);
    }

    private void readTrainer(ProtoReader message) {
      for (int field = message.next(); field != 0; field = message.next()) {
        switch (field) {
          case 3 -> {
            long type = message.number();
            refuseIf(
                type != 1 && type != 2,
                "is of algorithm " + type + ", only unigram (1) and BPE (2) are read");
            algorithm = type == 1 ? Algorithm.UNIGRAM : Algorithm.BPE;
          }
          case 24 -> {
            refuseIf(message.number() != 0, "puts the space behind words, which is not supported");
          }
          default -> message.skip();
        }
      }
    }

    private void readNormalizer(ProtoReader message) {
      for (int field = message.next(); field != 0; field = message.next()) {
        switch (field) {
          case 2 -> characterMap = message.bytes();
          case 3 -> spaceInFront = message.number() != 0;
          case 4 -> collapsesSpaces = message.number() != 0;
          case 5 -> {
            refuseIf(message.number() == 0, "keeps spaces as spaces, which is not supported");
          }
          default -> message.skip();
        }
      }
    }

    private void refuseDenormalizer(ProtoReader message) {
      for (int field = message.next(); field != 0; field = message.next()) {
        if (field == 2 && message.bytes().length > 0) {
          throw wrong("rewrites decoded text, which is not supported");
        } else if (field != 2) {
          message.skip();
        }
      }
    }

    private void refuseIf(boolean isWrong, String why) {
      if (isWrong) {
        throw wrong(why);
      }
    }

    private InputException wrong(String why) {
      return new InputException(origin, why, ADVICE);
    }
  }

  /**
   * The fields of one message in the wire format of protocol buffers, one after the other. Every
   * length is held against the bytes that are there before it is used. Belongs to one thread.
   *
   * @see <a href="https://protobuf.dev/programming-guides/encoding/">the format</a>
   */
  private static final class ProtoReader {
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
        throw new InputException(
            origin, "holds a text that is not UTF-8", SentencePieceModel.ADVICE);
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
}
