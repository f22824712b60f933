package dev.deed.sound;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** MP3 and AAC in ADTS: frames behind one another, with tags around them. */
final class MpegPackets implements Packets {
  /** Samples that every decoder of MP3 adds. */
  private static final int DECODER_DELAY = 529;

  /** How far from the beginning the first frame may be. */
  private static final int SEARCHED = 1 << 16;

  private static final int TAG_HEAD = 10;

  private final Source source;
  private final MpegFrame first;
  private final Track track;

  private MpegPackets(Source source, MpegFrame first) throws IOException {
    this.source = source;
    this.first = first;
    if (first.isAac()) {
      if (first.object() != 2) {
        throw new UnreadCoding("AAC of object type " + first.object());
      }
      track = AacDecoder.track(first.rate(), first.channels());
    } else {
      Track plain = new Track(Coding.MP3, List.of(), first.rate(), first.channels(), 0, -1);
      track = described(plain);
    }
  }

  /** Null where no frames are. */
  static @Nullable MpegPackets of(Source source) throws IOException {
    skipTags(source);
    long from = source.place();
    byte[] searched = source.bytes(Math.min(SEARCHED, source.length() - from));
    for (int at = 0; at < searched.length - MpegFrame.HEADER; at++) {
      MpegFrame frame = MpegFrame.of(searched, at);
      if (frame != null && goesOn(searched, at, frame, source.isAtEnd())) {
        source.seek(from + at);
        return new MpegPackets(source, frame);
      }
    }
    return null;
  }

  /** Whether two more frames of the stream follow, or the end. */
  private static boolean goesOn(byte[] bytes, int from, MpegFrame first, boolean isAll) {
    int at = from + first.bytes();
    for (int more = 0; more < 2 && at + MpegFrame.HEADER <= bytes.length; more++) {
      MpegFrame next = MpegFrame.of(bytes, at);
      if (next == null || next.stream() != first.stream()) {
        return false;
      }
      at += next.bytes();
    }
    return at + MpegFrame.HEADER <= bytes.length || isAll && at > from + first.bytes();
  }

  /** ID3v2, perhaps several. */
  private static void skipTags(Source source) throws IOException {
    while (source.length() - source.place() >= TAG_HEAD) {
      long place = source.place();
      byte[] head = source.bytes(TAG_HEAD);
      if (head[0] != 'I' || head[1] != 'D' || head[2] != '3') {
        source.seek(place);
        return;
      }
      int size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9];
      source.seek(place + TAG_HEAD + size + ((head[5] & 0x10) != 0 ? TAG_HEAD : 0));
    }
  }

  /** With what its first frame says, where that holds no sound: Xing's and LAME's tag, or VBRI. */
  private Track described(Track plain) throws IOException {
    long from = source.place();
    byte[] frame = source.bytes(Math.min(first.bytes(), source.length() - from));
    int at = 4 + first.sideBytes() + (first.hasChecksum() ? 2 : 0);
    String text = new String(frame, StandardCharsets.ISO_8859_1);
    if (text.startsWith("VBRI", 36)) {
      return plain;
    }
    if (!text.startsWith("Xing", at) && !text.startsWith("Info", at)) {
      source.seek(from);
      return plain;
    }
    int flags = frame.length < at + 8 ? 0 : frame[at + 7];
    if ((flags & 1) == 0 || frame.length < at + 12) {
      return plain;
    }
    long frames = Source.number(frame, at + 8, 4) * first.samples();
    // Behind the counts that the flags tell of.
    int tag = at + 8 + 4 * Integer.bitCount(flags & 0xb) + ((flags & 4) != 0 ? 100 : 0);
    if (frame.length < tag + 24 || frame[tag] == 0) {
      return plain.lasting(0, frames);
    }
    long gaps = Source.number(frame, tag + 21, 3);
    long delay = (gaps >> 12) + DECODER_DELAY;
    return plain.lasting(delay, frames - (gaps >> 12) - (gaps & 0xfff));
  }

  private boolean isOurs(@Nullable MpegFrame frame) {
    return frame != null && frame.stream() == first.stream();
  }

  /** Over a tag, or damage. */
  private void skipToFrame() throws IOException {
    long from = source.place();
    byte[] searched = source.bytes(Math.min(SEARCHED, source.length() - from));
    int at = 0;
    while (at + MpegFrame.HEADER <= searched.length && !isOurs(MpegFrame.of(searched, at))) {
      at++;
    }
    source.seek(from + at);
  }

  @Override
  public Track track() {
    return track;
  }

  @Override
  public byte @Nullable [] next() throws IOException {
    while (source.length() - source.place() >= MpegFrame.HEADER) {
      long place = source.place();
      byte[] head = source.bytes(MpegFrame.HEADER);
      MpegFrame frame = MpegFrame.of(head, 0);
      if (frame == null || !isOurs(frame)) {
        source.seek(place + 1);
        skipToFrame();
        continue;
      }
      if (frame.bytes() > source.length() - place) {
        throw new EOFException("its last frame is not whole");
      }
      source.seek(place);
      byte[] packet = source.bytes(frame.bytes());
      return frame.isAac()
          ? Arrays.copyOfRange(packet, frame.hasChecksum() ? 9 : 7, packet.length)
          : packet;
    }
    return null;
  }
}
