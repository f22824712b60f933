package dev.deed.sound;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the sound of an MP4 is coded: its box {@code stsd}. */
final class SoundDescription {
  /** Fields of a description, which QuickTime has more of. */
  private static final int FIELDS = 28;

  private static final int[] MORE_FIELDS = {0, 16, 36};

  private static final int DECODER = 4;
  private static final int HEADER = 5;

  private static final int MPEG4_AAC = 0x40;
  private static final int MPEG2_AAC_LC = 0x67;
  private static final int MPEG2_MP3 = 0x69;
  private static final int MPEG1_MP3 = 0x6b;

  private SoundDescription() {}

  static Track track(Box descriptions) throws IOException {
    Box entry = descriptions.boxes(8).getFirst();
    int version = (int) entry.number(8, 2);
    int fields = FIELDS + MORE_FIELDS[version];
    int channels = (int) entry.number(16, 2);
    int rate = (int) entry.number(24, 2);
    return switch (entry.kind()) {
      case "mp4a" -> mpeg(elementary(entry, fields), rate, channels);
      case ".mp3" -> new Track(Coding.MP3, List.of(), rate, channels, 0, -1);
      case "Opus" -> OpusPacketDecoder.track(opusHeader(child(entry, fields, "dOps")));
      case "fLaC" -> flac(child(entry, fields, "dfLa"));
      case "alac" -> throw new UnreadCoding("ALAC");
      case "enca" -> throw new UnreadCoding("encrypted sound");
      default -> throw new UnreadCoding(entry.kind().strip());
    };
  }

  private static Box child(Box entry, int fields, String kind) throws IOException {
    Box found = find(entry, fields, kind);
    if (found == null) {
      throw new IOException("its " + entry.kind() + " has no box " + kind);
    }
    return found;
  }

  private static @Nullable Box find(Box entry, int fields, String kind) throws IOException {
    for (Box box : entry.boxes(fields)) {
      if (box.kind().equals(kind)) {
        return box;
      }
    }
    return null;
  }

  /** QuickTime wraps it once more. */
  private static Box elementary(Box entry, int fields) throws IOException {
    Box wrapped = find(entry, fields, "wave");
    return wrapped == null ? child(entry, fields, "esds") : child(wrapped, 0, "esds");
  }

  /** Descriptors (ISO/IEC 14496-1): the stream's, in it the decoder's, in it its header. */
  private static Track mpeg(Box elementary, int rate, int channels) throws IOException {
    Source in = new Source(new ByteArrayInputStream(elementary.bytes()));
    in.seek(4);
    descriptor(in);
    in.number(2);
    long flags = in.number(1);
    in.seek(in.place() + ((flags & 0x80) != 0 ? 2 : 0));
    in.seek(in.place() + ((flags & 0x40) != 0 ? in.number(1) : 0));
    in.seek(in.place() + ((flags & 0x20) != 0 ? 2 : 0));
    if (descriptor(in).kind != DECODER) {
      throw new IOException("its mp4a has no description of a decoder");
    }
    int kind = (int) in.number(1);
    in.bytes(12);
    return switch (kind) {
      case MPEG4_AAC, MPEG2_AAC_LC -> {
        Descriptor header = descriptor(in);
        if (header.kind != HEADER) {
          throw new IOException("its AAC has no header");
        }
        yield AacDecoder.track(in.bytes(header.size));
      }
      case MPEG2_MP3, MPEG1_MP3 -> new Track(Coding.MP3, List.of(), rate, channels, 0, -1);
      default -> throw new UnreadCoding("mp4a.%02x".formatted(kind));
    };
  }

  private record Descriptor(int kind, int size) {}

  /** Kind and size, of which each byte has seven bits and whether another follows. */
  private static Descriptor descriptor(Source in) throws IOException {
    int kind = (int) in.number(1);
    int size = 0;
    int more;
    do {
      more = (int) in.number(1);
      size = size << 7 | more & 0x7f;
    } while ((more & 0x80) != 0);
    return new Descriptor(kind, size);
  }

  /** The same fields as in Ogg, whose lower bytes come first. */
  private static byte[] opusHeader(Box box) {
    ByteBuffer from = ByteBuffer.wrap(box.bytes());
    ByteBuffer header = ByteBuffer.allocate(8 + from.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    header.position(8).put(from.get()).put(from.get());
    header.putShort(from.getShort()).putInt(from.getInt()).putShort(from.getShort()).put(from);
    return header.array();
  }

  private static Track flac(Box box) {
    byte[] header = box.bytes().clone();
    System.arraycopy(new byte[] {'f', 'L', 'a', 'C'}, 0, header, 0, 4);
    return Track.flac(header);
  }
}
