package dev.deed.sound;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** How the sound of an MP4 is coded: its box {@code stsd}. */
final class SoundDescription {
  /** Fields of a description, which QuickTime has more of. */
  private static final int FIELDS = 28;

  private static final int[] MORE_FIELDS = {0, 16, 36};

  private static final int STREAM = 3;
  private static final int DECODER = 4;
  private static final int HEADER = 5;

  private static final int MPEG4_AAC = 0x40;
  private static final int MPEG2_AAC_LC = 0x67;
  private static final int MPEG2_MP3 = 0x69;
  private static final int MPEG1_MP3 = 0x6b;

  private SoundDescription() {}

  static Track track(Box descriptions) throws IOException {
    Box entry = descriptions.boxes(8).getFirst();
    int channels = (int) entry.number(16, 2);
    int rate = (int) entry.number(24, 2);
    Box inner = entry.behind(FIELDS + MORE_FIELDS[(int) entry.number(8, 2)]);
    return switch (entry.kind()) {
      case "mp4a" -> {
        Box wrapped = inner.find("wave"); // QuickTime's
        yield mpeg((wrapped == null ? inner : wrapped).require("esds"), rate, channels);
      }
      case ".mp3" -> new Track(Coding.MP3, List.of(), rate, channels, 0, -1);
      case "Opus" -> OpusPacketDecoder.track(opusHeader(inner.require("dOps")));
      case "fLaC" -> flac(inner.require("dfLa"));
      case "alac" -> throw new UnreadCoding("ALAC");
      case "enca" -> throw new UnreadCoding("encrypted sound");
      default -> throw new UnreadCoding(entry.kind().strip());
    };
  }

  /** Descriptors (ISO/IEC 14496-1): the stream's, in it the decoder's, in it its header. */
  private static Track mpeg(Box elementary, int rate, int channels) throws IOException {
    Source in = new Source(new ByteArrayInputStream(elementary.bytes()));
    in.seek(4);
    descriptor(in, STREAM);
    in.number(2);
    long flags = in.number(1);
    in.seek(in.place() + ((flags & 0x80) != 0 ? 2 : 0));
    in.seek(in.place() + ((flags & 0x40) != 0 ? in.number(1) : 0));
    in.seek(in.place() + ((flags & 0x20) != 0 ? 2 : 0));
    descriptor(in, DECODER);
    int kind = (int) in.number(1);
    in.bytes(12);
    return switch (kind) {
      case MPEG4_AAC, MPEG2_AAC_LC -> AacDecoder.track(in.bytes(descriptor(in, HEADER)));
      case MPEG2_MP3, MPEG1_MP3 -> new Track(Coding.MP3, List.of(), rate, channels, 0, -1);
      default -> throw new UnreadCoding("mp4a.%02x".formatted(kind));
    };
  }

  /** The size of a descriptor; each of its bytes has seven bits and whether another follows. */
  private static int descriptor(Source in, int kind) throws IOException {
    if (in.number(1) != kind) {
      throw new IOException("its mp4a has no descriptor " + kind);
    }
    int size = 0;
    int more;
    do {
      more = (int) in.number(1);
      size = size << 7 | more & 0x7f;
    } while ((more & 0x80) != 0);
    return size;
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
