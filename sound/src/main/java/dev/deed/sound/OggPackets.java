package dev.deed.sound;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ogg (RFC 3533): pages of packets; of its streams the first that is sound. */
final class OggPackets implements Packets {
  static final int PAGE = 0x4f676753;

  private static final int CONTINUED = 1;
  private static final int FIRST = 2;
  private static final int LAST = 4;
  private static final int FULL = 255;

  /** No packet has more samples: a stream whose first page counts further began elsewhere. */
  private static final int MOST_OF_PACKET = 8192;

  private final Source source;
  private final Track track;
  private int serial;
  private boolean ended;

  /** The page that is read, how many of its pieces were taken, and what they hold. */
  private Page page = new Page(0, 0, 0, new byte[0], 0);

  private int taken;

  /** What has come of a packet that goes on on the next page. */
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

  /**
   * What stands before the content of a page.
   *
   * @param granule samples until its end; −1 where no packet ends
   * @param sizes of pieces of packets; a packet ends with one that is not full
   */
  @SuppressWarnings("ArrayRecordComponent") // only handed over
  private record Page(int flags, long granule, int serial, byte[] sizes, int bytes) {}

  OggPackets(Source source) throws IOException {
    this.source = source;
    byte[] first = firstOfSound();
    if (first[0] == 0x7f) {
      this.track = Track.flac(Arrays.copyOfRange(first, 9, first.length));
    } else if (first[0] == 'O') {
      Track opus = OpusPacketDecoder.track(first);
      header();
      this.track = opus.lasting(opus.delay(), frames(opus.delay()));
    } else {
      this.track = VorbisDecoder.track(List.of(first, header(), header())).lasting(0, frames(0));
    }
  }

  @Override
  public Track track() {
    return track;
  }

  /** The packet that a stream of sound begins with; all streams begin before any goes on. */
  private byte[] firstOfSound() throws IOException {
    Page begun = page();
    while ((begun.flags & FIRST) != 0) {
      byte[] packet = source.bytes(begun.bytes);
      String start = new String(packet, StandardCharsets.ISO_8859_1);
      if (start.startsWith("Speex   ")) {
        throw new UnreadCoding("Speex");
      }
      if (start.startsWith("OpusHead") || start.matches("(?s)(\1vorbis|\177FLAC....fLaC).*")) {
        serial = begun.serial;
        return packet;
      }
      begun = page();
    }
    throw new UnreadCoding("Ogg without Opus, Vorbis or FLAC");
  }

  private byte[] header() throws IOException {
    byte[] header = next();
    if (header == null) {
      throw new EOFException("its headers are not whole");
    }
    return header;
  }

  private Page page() throws IOException {
    long place = source.place();
    byte[] head = source.bytes(27);
    if (Source.number(head, 0, 4) != PAGE || head[4] != 0) {
      throw new IOException("no page of Ogg is where one must begin, at byte " + place);
    }
    byte[] sizes = source.bytes(head[26] & 0xff);
    int bytes = 0;
    for (byte size : sizes) {
      bytes += size & 0xff;
    }
    long granule = Long.reverseBytes(Source.number(head, 6, 8));
    return new Page(head[5], granule, (int) Source.number(head, 14, 4), sizes, bytes);
  }

  /**
   * Looks through all pages for how many samples there are behind the delay; −1 where the file is
   * cut off, or its stream is a part of a longer one.
   */
  private long frames(long delay) throws IOException {
    long back = source.place();
    long first = -1;
    long last = -1;
    long packets = 0;
    boolean over = false;
    source.seek(0);
    try {
      while (!source.isAtEnd()) {
        Page next = page();
        if (over && (next.flags & FIRST) != 0) {
          throw new UnreadCoding("chain of Oggs behind one another");
        }
        source.seek(source.place() + next.bytes);
        if (next.serial == serial) {
          over |= (next.flags & LAST) != 0;
          last = Math.max(last, next.granule);
          if (first <= 0) {
            first = next.granule;
            packets += next.sizes.length;
          }
        }
      }
    } catch (EOFException e) {
      last = -1;
    }
    source.seek(back);
    return last < 0 || first > packets * MOST_OF_PACKET ? -1 : last - delay;
  }

  @Override
  public byte @Nullable [] next() throws IOException {
    while (true) {
      while (taken < page.sizes.length) {
        int size = page.sizes[taken++] & 0xff;
        begun.writeBytes(source.bytes(size));
        if (size < FULL) {
          byte[] packet = begun.toByteArray();
          begun.reset();
          return packet;
        }
      }
      if (!nextPage()) {
        if (begun.size() > 0) {
          throw new EOFException("its last packet is not whole");
        }
        return null;
      }
    }
  }

  /** Goes to the next page of the stream; false where there is none. */
  private boolean nextPage() throws IOException {
    while (!ended && !source.isAtEnd()) {
      Page next = page();
      if (next.serial != serial) {
        source.seek(source.place() + next.bytes);
        continue;
      }
      page = next;
      taken = 0;
      ended = (page.flags & LAST) != 0;
      boolean goesOn = (page.flags & CONTINUED) != 0;
      if (!goesOn) {
        begun.reset();
      }
      // The rest of a packet whose beginning is not there.
      while (goesOn && begun.size() == 0 && taken < page.sizes.length) {
        int size = page.sizes[taken++] & 0xff;
        source.bytes(size);
        goesOn = size == FULL;
      }
      return true;
    }
    return false;
  }
}
