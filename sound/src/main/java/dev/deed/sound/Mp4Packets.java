package dev.deed.sound;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** MP4 and QuickTime (ISO/IEC 14496-12), fragmented too: of its tracks the first that is sound. */
final class Mp4Packets implements Packets {
  private final Source source;
  private final Track track;
  private final Box movie;
  private final long id;

  /** Bytes of a sample, where a fragment does not say. */
  private final long usualSize;

  /** Of chunks: where each is; samples of each by its number; sizes of samples. */
  private final Box chunks;

  private final int placeBytes;
  private final Box samplesOfChunks;
  private final Box sizes;

  private int chunk;
  private int described;
  private long sample;

  /** Runs of the fragment that is read, and where the next one may be. */
  private final Deque<Run> runs = new ArrayDeque<>();

  private long behindMovie;
  private long place;
  private long left;
  private Run run = new Run(0, 0, 0, new int[0]);

  /**
   * Samples behind one another.
   *
   * @param size of each, where they have no {@code sizes} of their own
   */
  @SuppressWarnings("ArrayRecordComponent") // only handed over
  private record Run(long place, long count, long size, int @Nullable [] sizes) {}

  Mp4Packets(Source source) throws IOException {
    this.source = source;
    this.movie = next("moov");
    this.behindMovie = source.place();
    Box sound = null;
    for (Box box : movie.boxes(0)) {
      Box handler = box.kind().equals("trak") ? box.find("mdia", "hdlr") : null;
      if (sound == null && handler != null && handler.number(8, 4) == 0x736f756e) {
        sound = box;
      }
    }
    if (sound == null) {
      throw new UnreadCoding("MP4 without sound");
    }
    Box header = sound.require("tkhd");
    this.id = header.number(header.version() == 1 ? 20 : 12, 4);
    this.usualSize = usualSize();
    Box table = sound.require("mdia", "minf", "stbl");
    Box long64 = table.find("co64");
    this.chunks = long64 == null ? table.require("stco") : long64;
    this.placeBytes = long64 == null ? Integer.BYTES : Long.BYTES;
    this.samplesOfChunks = table.require("stsc");
    this.sizes = table.require("stsz");
    Track coded = SoundDescription.track(table.require("stsd"));
    this.track = coded.coding() == Coding.FLAC ? coded : timed(coded, sound, table);
  }

  @Override
  public Track track() {
    return track;
  }

  /** The next box of a kind; those before it are passed over. */
  private Box next(String kind) throws IOException {
    while (true) {
      Box.Head head = Box.head(source);
      if (head.kind().equals(kind)) {
        return new Box(kind, source.bytes(head.end() - source.place()));
      }
      source.seek(head.end());
    }
  }

  /** With what the encoder added, and how long it lasts: by an edit, else by the times. */
  private Track timed(Track coded, Box sound, Box table) throws IOException {
    Box header = sound.require("mdia", "mdhd");
    double scale = coded.rate() / (double) header.number(header.version() == 1 ? 20 : 12, 4);
    Box times = table.require("stts");
    long all = 0;
    for (long entry = 0; entry < times.number(4, 4); entry++) {
      all += times.number(8 + 8 * entry, 4) * times.number(12 + 8 * entry, 4);
    }
    long lasting = all == 0 ? -1 : Math.round(all * scale);
    long delay = 0;
    Box edits = sound.find("edts", "elst");
    if (edits != null) {
      int width = edits.version() == 1 ? Long.BYTES : Integer.BYTES;
      int used = 0;
      long duration = 0;
      for (long entry = 0; entry < edits.number(4, 4); entry++) {
        long at = 8 + entry * (2 * width + 4);
        long number = edits.number(at + width, width);
        long from = width == Long.BYTES ? number : (int) number;
        if (from >= 0 && used++ == 0) {
          duration = edits.number(at, width);
          delay = Math.round(from * scale);
        }
      }
      Box whole = movie.require("mvhd");
      double movieScale = whole.number(whole.version() == 1 ? 20 : 12, 4);
      long edited = Math.round(duration / movieScale * coded.rate());
      lasting = lasting < 0 ? -1 : lasting - delay;
      // Several edits cut pieces out, which stay.
      if (used == 1 && duration > 0 && lasting >= 0) {
        lasting = Math.min(lasting, edited);
      }
    } else {
      delay = coded.delay();
    }
    return coded.lasting(delay, lasting);
  }

  @Override
  public byte @Nullable [] next() throws IOException {
    while (left == 0) {
      Run next = nextRun();
      if (next == null) {
        return null;
      }
      run = next;
      place = run.place;
      left = run.count;
    }
    int[] own = run.sizes;
    long size = own == null ? run.size : own[(int) (run.count - left)];
    if (size < 0 || own == null && size == 0) {
      throw new IOException("a sample has %d bytes".formatted(size));
    }
    left--;
    source.seek(place);
    place += size;
    return source.bytes(size);
  }

  private @Nullable Run nextRun() throws IOException {
    if (chunk < chunks.number(4, 4)) {
      return nextChunk();
    }
    while (runs.isEmpty()) {
      source.seek(behindMovie);
      if (source.isAtEnd()) {
        return null;
      }
      long from = source.place();
      Box.Head head = Box.head(source);
      behindMovie = head.end();
      if (head.kind().equals("moof")) {
        fragment(new Box("moof", source.bytes(head.end() - source.place())), from);
      } else if (head.end() > source.length()) {
        throw new EOFException("the file ends before byte " + head.end());
      }
    }
    return runs.remove();
  }

  private Run nextChunk() throws IOException {
    long at = chunks.number(8L + (long) chunk * placeBytes, placeBytes);
    // A description holds from its first chunk to the next one's.
    while (described + 1 < samplesOfChunks.number(4, 4)
        && samplesOfChunks.number(8 + 12L * (described + 1), 4) <= chunk + 1) {
      described++;
    }
    long size = sizes.number(4, 4);
    long samples = sizes.number(8, 4);
    long count = Math.min(samplesOfChunks.number(12 + 12L * described, 4), samples - sample);
    int[] own = null;
    if (size == 0) {
      sizes.number(8 + 4 * (sample + count), 4);
      own = new int[(int) count];
      for (int i = 0; i < own.length; i++) {
        own[i] = (int) sizes.number(12 + 4 * (sample + i), 4);
      }
    }
    chunk++;
    sample += count;
    return new Run(at, count, size, own);
  }

  /** Takes the runs of the track in a fragment that begins at a place. */
  private void fragment(Box fragment, long from) throws IOException {
    for (Box part : fragment.boxes(0)) {
      Box header = part.kind().equals("traf") ? part.require("tfhd") : null;
      if (header == null || header.number(4, 4) != id) {
        continue;
      }
      long flags = header.number(1, 3);
      int field = 8;
      long base = from;
      if ((flags & 1) != 0) {
        base = header.number(field, Long.BYTES);
        field += Long.BYTES;
      }
      field += (flags & 2) != 0 ? 4 : 0;
      field += (flags & 8) != 0 ? 4 : 0;
      long size = (flags & 0x10) != 0 ? header.number(field, 4) : usualSize;
      for (Box box : part.boxes(0)) {
        if (box.kind().equals("trun")) {
          runs.add(run(box, base, size));
        }
      }
    }
  }

  private Run run(Box box, long base, long size) {
    long flags = box.number(1, 3);
    long count = box.number(4, 4);
    int field = 8;
    long at = base;
    if ((flags & 1) != 0) {
      at += (int) box.number(field, 4);
      field += 4;
    } else if (!runs.isEmpty()) {
      at = end(runs.getLast());
    }
    field += (flags & 4) != 0 ? 4 : 0;
    if ((flags & 0x200) == 0) {
      return new Run(at, count, size, null);
    }
    int before = (flags & 0x100) != 0 ? 4 : 0;
    int width = before + 4 * Long.bitCount(flags & 0xe00);
    box.number(field + count * width - width, 4);
    int[] own = new int[(int) count];
    for (int i = 0; i < own.length; i++) {
      own[i] = (int) box.number(field + (long) i * width + before, 4);
    }
    return new Run(at, count, size, own);
  }

  private static long end(Run run) {
    return run.place
        + (run.sizes == null
            ? run.count * run.size
            : Arrays.stream(run.sizes).asLongStream().sum());
  }

  private long usualSize() throws IOException {
    Box extended = movie.find("mvex");
    for (Box box : extended == null ? List.<Box>of() : extended.boxes(0)) {
      if (box.kind().equals("trex") && box.number(4, 4) == id) {
        return box.number(16, 4);
      }
    }
    return 0;
  }
}
