package dev.deed.sound;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Matroska and WebM (RFC 9559): elements of EBML, of which browsers leave sizes open. Elements that
 * hold blocks are walked into and their own ends not looked at, so open ones need nothing more.
 */
final class MatroskaPackets implements Packets {
  private static final int SEGMENT = 0x18538067;
  private static final int CLUSTER = 0x1f43b675;
  private static final int TRACKS = 0x1654ae6b;
  private static final int TRACK_ENTRY = 0xae;
  private static final int TRACK_NUMBER = 0xd7;
  private static final int TRACK_TYPE = 0x83;
  private static final int CODEC = 0x86;
  private static final int CODEC_HEADER = 0x63a2;
  private static final int ENCODINGS = 0x6d80;
  private static final int AUDIO = 0xe1;
  private static final int SAMPLE_RATE = 0xb5;
  private static final int CHANNELS = 0x9f;
  private static final int BLOCK_GROUP = 0xa0;
  private static final int BLOCK = 0xa1;
  private static final int SIMPLE_BLOCK = 0xa3;

  private static final int SOUND = 2;

  private static final int MOST_OF_ENTRY = 1 << 20;

  /** How a block holds several frames; 2: all are of one size. */
  private static final int LACING_XIPH = 1;

  private static final int LACING_FIXED = 2;
  private static final int FULL = 255;

  private final Source source;
  private final Track track;
  private final long number;
  private final Deque<byte[]> frames = new ArrayDeque<>();

  /** Where the file says that it ends. */
  private long end;

  /** Kind and size of an element; −1 for a size that is open. */
  private record Element(int id, long size) {}

  MatroskaPackets(Source source) throws IOException {
    this.source = source;
    Map<Integer, byte[]> entry = null;
    while (entry == null) {
      Element element = element();
      if (element == null || element.id == CLUSTER) {
        throw new UnreadCoding("Matroska without sound");
      }
      if (element.id == TRACK_ENTRY) {
        Map<Integer, byte[]> fields = new HashMap<>();
        if (element.size > MOST_OF_ENTRY) {
          throw new IOException("a track is described by %d bytes".formatted(element.size));
        }
        fields(source(source.bytes(element.size)), fields);
        entry = number(fields, TRACK_TYPE, 0) == SOUND ? fields : null;
      }
    }
    this.number = number(entry, TRACK_NUMBER, 0);
    this.track = track(entry);
  }

  private static Track track(Map<Integer, byte[]> entry) throws IOException {
    byte[] none = {};
    String codec = new String(entry.getOrDefault(CODEC, none), StandardCharsets.ISO_8859_1);
    byte[] header = entry.getOrDefault(CODEC_HEADER, none);
    if (entry.containsKey(ENCODINGS)) {
      throw new UnreadCoding("Matroska with packed " + codec);
    }
    return switch (codec) {
      case "A_OPUS" -> OpusPacketDecoder.track(header);
      case "A_VORBIS" -> VorbisDecoder.track(laced(source(header), LACING_XIPH));
      case "A_AAC" -> AacDecoder.track(header);
      case "A_FLAC" -> Track.flac(header);
      case "A_MPEG/L3" -> {
        long bits = number(entry, SAMPLE_RATE, 0);
        boolean isFloat = entry.getOrDefault(SAMPLE_RATE, none).length == Float.BYTES;
        double rate = isFloat ? Float.intBitsToFloat((int) bits) : Double.longBitsToDouble(bits);
        yield new Track(Coding.MP3, List.of(), (int) rate, (int) number(entry, CHANNELS, 1), 0, -1);
      }
      default -> throw new UnreadCoding(codec);
    };
  }

  @Override
  public Track track() {
    return track;
  }

  private static Source source(byte[] bytes) throws IOException {
    return new Source(new ByteArrayInputStream(bytes));
  }

  /** The fields of a track, among which those of its description of sound stand. */
  private static void fields(Source in, Map<Integer, byte[]> to) throws IOException {
    while (!in.isAtEnd()) {
      int id = (int) variable(in, true);
      long size = variable(in, false);
      if (id != AUDIO) {
        to.put(id, in.bytes(size));
      }
    }
  }

  private static long number(Map<Integer, byte[]> fields, int id, long otherwise) {
    byte[] field = fields.get(id);
    return field == null ? otherwise : Source.number(field, 0, Math.min(field.length, 8));
  }

  /** Reads on to the next element that matters, and into those that hold it; null at the end. */
  private @Nullable Element element() throws IOException {
    while (!source.isAtEnd()) {
      int id = (int) variable(source, true);
      long size = variable(source, false);
      if (id == SEGMENT) {
        end = size < 0 ? 0 : source.place() + size;
      } else if (id == CLUSTER || id == BLOCK || id == SIMPLE_BLOCK || id == TRACK_ENTRY) {
        return new Element(id, size);
      } else if (id != TRACKS && id != BLOCK_GROUP) {
        if (size < 0) {
          throw new IOException("an element has no size, before byte " + source.place());
        }
        source.seek(source.place() + Math.min(size, source.length()));
      }
    }
    if (end > source.place()) {
      throw new EOFException("the file ends before byte " + end);
    }
    return null;
  }

  /**
   * A number of 1 to 8 bytes, whose first byte says how many by the place of its highest one.
   *
   * @param marked whether that bit stays, as in kinds of elements
   * @return −1 where all bits of a size are ones
   */
  private static long variable(Source in, boolean marked) throws IOException {
    int first = (int) in.number(1);
    int more = Integer.numberOfLeadingZeros(first) - (Integer.SIZE - Byte.SIZE);
    if (more == Byte.SIZE) {
      throw new IOException("no element is where one must begin, before byte " + in.place());
    }
    long rest = more == 0 ? 0 : in.number(more);
    long ones = (1L << 7 * (more + 1)) - 1;
    long value = ((long) first << Byte.SIZE * more | rest) & (marked ? -1 : ones);
    return !marked && value == ones ? -1 : value;
  }

  @Override
  public byte @Nullable [] next() throws IOException {
    while (frames.isEmpty()) {
      Element element = element();
      if (element == null) {
        return null;
      }
      if (element.id == BLOCK || element.id == SIMPLE_BLOCK) {
        Source block = source(source.bytes(element.size));
        if (variable(block, false) == number) {
          block.bytes(Short.BYTES);
          frames.addAll(laced(block, (int) block.number(1) >> 1 & 3));
        }
      } else if (element.id == TRACK_ENTRY) {
        source.bytes(element.size);
      }
    }
    return frames.remove();
  }

  /** The frames of a block behind its head. */
  private static List<byte[]> laced(Source in, int lacing) throws IOException {
    if (lacing == 0) {
      return List.of(in.bytes(in.length() - in.place()));
    }
    int count = (int) in.number(1);
    long[] sizes = new long[count];
    long before = 0;
    for (int i = 0; i < count; i++) {
      if (lacing == LACING_FIXED) {
        sizes[i] = (in.length() - in.place()) / (count + 1);
      } else if (lacing == LACING_XIPH) {
        int piece;
        do {
          piece = (int) in.number(1);
          sizes[i] += piece;
        } while (piece == FULL);
      } else {
        sizes[i] = i == 0 ? variable(in, false) : before + difference(in);
        before = sizes[i];
      }
    }
    List<byte[]> frames = new ArrayList<>();
    for (long size : sizes) {
      frames.add(in.bytes(size));
    }
    frames.add(in.bytes(in.length() - in.place()));
    return frames;
  }

  /** Sizes are told by how they differ from the one before, around the middle of the range. */
  private static long difference(Source in) throws IOException {
    long from = in.place();
    long value = variable(in, false);
    return value - ((1L << 7 * (in.place() - from) - 1) - 1);
  }
}
