package dev.deed.speech;

import dev.deed.processing.sound.SoundStream;
import dev.deed.value.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Cuts sound that comes piece by piece into what a speaker says at a time, by the voice network of
 * {@link VoiceActivity} or where the caller says so. A turn ends behind a silence. One that has
 * lasted two thirds of the most already ends in a pause of 100 ms, and the longest where it is.
 * Belongs to one thread.
 */
public final class SpokenTurns {
  private static final int SHORT_PAUSE_MS = 100;
  private static final int WINDOW = VoiceNetwork.WINDOW;

  /** How samples of one channel are coded. */
  public enum Coding {
    /** Whole numbers of 16 bits, little-endian, 24,000 a second. */
    PCM(24_000, Short.BYTES, 1),
    /** ITU-T G.711, 8000 a second. */
    MU_LAW(8000, 1, 7),
    /** The same by the other law. */
    A_LAW(8000, 1, 6);

    private static final int HEADER = 44;

    private final int rate;
    private final int bytes;

    /** What WAV calls it. */
    private final int tag;

    Coding(int rate, int bytes, int tag) {
      this.rate = rate;
      this.bytes = bytes;
      this.tag = tag;
    }

    /** {@return how many bytes a second takes} */
    public int bytesOfSecond() {
      return rate * bytes;
    }

    private byte[] wav(byte[] samples, int count) {
      ByteBuffer file = ByteBuffer.allocate(HEADER + count).order(ByteOrder.LITTLE_ENDIAN);
      file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(HEADER - 8 + count);
      file.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
      file.putShort((short) tag).putShort((short) 1).putInt(rate).putInt(rate * bytes);
      file.putShort((short) bytes).putShort((short) (Byte.SIZE * bytes));
      file.put("data".getBytes(StandardCharsets.US_ASCII)).putInt(count);
      return file.put(samples, 0, count).array();
    }
  }

  /** What the sound tells; places are milliseconds from the beginning of all sound. */
  public sealed interface Event {
    /**
     * Somebody began to speak.
     *
     * @param ms where the turn begins, padding included
     */
    record Began(long ms) implements Event {}

    /**
     * A turn is over.
     *
     * @param ms where it ended
     * @param wav the turn as a WAV file
     */
    @SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
    record Ended(long ms, byte[] wav) implements Event {}
  }

  private final Coding coding;
  private final @Nullable VoiceActivity activity;
  private final int mostBytes;
  private final SoundStream stream;
  private final VoiceNetwork.Cells cells = VoiceNetwork.shipped().new Cells();

  /** Bytes of a window of the network. */
  private final int step;

  /** Null where nobody is listened for; its places are bytes. */
  private VoiceActivity.@Nullable Voice voice;

  /** Samples of 16 kHz: the last window that was heard, and what has come since. */
  private float[] unheard = new float[WINDOW];

  /** Bytes that were not taken, of which the first is number {@code first} of all. */
  private byte[] held = new byte[0];

  private int count;
  private long first;

  /** Where the next window begins. */
  private long next;

  /**
   * Begins to listen.
   *
   * @param coding of the sound
   * @param activity its threshold, its silence behind the voice and its padding before count; null:
   *     all is one turn until it is taken
   * @param mostSeconds how long a turn may be
   * @param earlierMs of sound that came before
   */
  public SpokenTurns(
      Coding coding, @Nullable VoiceActivity activity, int mostSeconds, long earlierMs) {
    this.coding = coding;
    this.activity = activity;
    this.mostBytes = mostSeconds * coding.bytesOfSecond();
    this.stream =
        new SoundStream(coding.rate, coding.bytes, coding == Coding.A_LAW, VoiceNetwork.RATE);
    this.step = (int) ((long) coding.bytesOfSecond() * WINDOW / VoiceNetwork.RATE);
    this.first = bytes(earlierMs);
    this.next = first;
    this.voice = activity == null ? null : activity.new Voice();
  }

  /**
   * {@return what some more sound tells, in its order}
   *
   * @param more bytes of whole samples
   * @throws InputException when the last sample is not whole
   */
  public List<Event> add(byte[] more) {
    InputException.requireField(
        more.length % coding.bytes == 0, "audio", "ends within a sample", "send whole samples");
    List<Event> events = new ArrayList<>();
    if (activity == null) {
      for (int at = 0; at < more.length; ) {
        int part = Math.min(more.length - at, mostBytes - count);
        hold(more, at, part);
        at += part;
        if (count == mostBytes) {
          events.add(end(first + count));
        }
      }
      return events;
    }
    hold(more, 0, more.length);
    float[] samples = stream.next(more);
    int before = unheard.length;
    unheard = Arrays.copyOf(unheard, before + samples.length);
    System.arraycopy(samples, 0, unheard, before, samples.length);
    int windows = unheard.length / WINDOW - 1;
    for (float probability : windows == 0 ? new float[0] : cells.next(unheard, 1, windows)) {
      hear(activity, Objects.requireNonNull(voice), probability, events);
    }
    unheard = Arrays.copyOfRange(unheard, windows * WINDOW, unheard.length);
    if (!isTurn()) {
      drop(next - padding(activity));
    }
    return events;
  }

  private void hold(byte[] more, int from, int length) {
    if (count + length > held.length) {
      held = Arrays.copyOf(held, Math.max(count + length, 2 * held.length));
    }
    System.arraycopy(more, from, held, count, length);
    count += length;
  }

  private void hear(
      VoiceActivity heard, VoiceActivity.Voice speaker, float probability, List<Event> events) {
    long at = next;
    next += step;
    boolean pauses = speaker.pauses(probability, at);
    if (speaker.start == at) {
      drop(at - padding(heard));
      events.add(new Event.Began(ms(first)));
    }
    if (speaker.start >= 0) {
      long lasted = next - first;
      int ms = heard.leastSilenceMs();
      long silence = bytes(3 * lasted < 2L * mostBytes ? ms : Math.min(ms, SHORT_PAUSE_MS));
      if (pauses && next - speaker.quiet >= silence || lasted + step > mostBytes) {
        events.add(end(next));
      }
    }
  }

  private Event end(long behind) {
    return new Event.Ended(ms(behind), cut(behind));
  }

  private byte[] cut(long behind) {
    byte[] wav = coding.wav(held, (int) (behind - first));
    drop(behind);
    voice = activity == null ? null : activity.new Voice();
    return wav;
  }

  /** Forgets what lies before a place. */
  private void drop(long before) {
    int gone = (int) Math.clamp(before - first, 0, count);
    System.arraycopy(held, gone, held, 0, count - gone);
    count -= gone;
    first += gone;
  }

  private long padding(VoiceActivity heard) {
    return Math.min(bytes(heard.paddingMs()), mostBytes / 2);
  }

  private long bytes(long ms) {
    return ms * coding.rate / 1000 * coding.bytes;
  }

  private long ms(long place) {
    return place * 1000 / coding.bytesOfSecond();
  }

  /** {@return whether there is a turn that has not ended} */
  public boolean isTurn() {
    return voice == null ? count > 0 : voice.start >= 0;
  }

  /** {@return whether somebody speaks, or nobody is listened for} */
  public boolean isSpeaking() {
    return isTurn() && (voice == null || voice.quiet < 0);
  }

  /** {@return whether no sound is held} */
  public boolean isEmpty() {
    return count == 0;
  }

  /** {@return how many milliseconds have come in all} */
  public long ms() {
    return ms(first + count);
  }

  /** {@return what is held as a WAV file, which goes on to be held} */
  public byte[] soFar() {
    return coding.wav(held, count);
  }

  /** {@return what is held as a WAV file, and the turn is over} */
  public byte[] take() {
    return cut(first + count);
  }
}
