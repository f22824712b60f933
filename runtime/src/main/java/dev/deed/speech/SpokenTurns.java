package dev.deed.speech;

import dev.deed.files.Interruption;
import dev.deed.processing.sound.SoundStream;
import dev.deed.value.InputException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a speaker says at a time in sound that comes piece by piece. A turn ends behind a
 * silence; from two thirds of the longest on in a pause of 100 ms, and the longest where it is.
 * Belongs to one thread.
 */
public final class SpokenTurns {
  private static final int SHORT_PAUSE_MS = 100;
  private static final int WINDOW = VoiceNetwork.WINDOW;
  private static final long STEP_MS = 1000 * WINDOW / VoiceNetwork.RATE;

  /** How samples of one channel are coded. */
  public enum Coding {
    /** Whole numbers of 16 bits, little-endian, 24,000 a second. */
    PCM(24_000, Short.BYTES),
    /** ITU-T G.711, 8000 a second. */
    MU_LAW(8000, 1),
    /** The same by the other law. */
    A_LAW(8000, 1);

    private final int rate;
    private final int bytes;

    Coding(int rate, int bytes) {
      this.rate = rate;
      this.bytes = bytes;
    }

    /** {@return how many bytes a millisecond takes} */
    public int bytesOfMs() {
      return rate / 1000 * bytes;
    }

    /**
     * {@return sound in this coding as a recording}
     *
     * @param sound whole samples; not copied
     */
    public Recording recording(byte[] sound) {
      return Recording.of(reader -> reader.decode(rate, bytes, this == A_LAW, sound));
    }
  }

  /** What sound tells. */
  public enum Change {
    /** Somebody began to speak; the turn begins at {@link #ms}, with the padding before. */
    BEGAN,
    /** The turn ended at {@link #ms}; {@link #take} gives it. */
    ENDED,
    /** Nothing more. */
    NONE
  }

  private final Coding coding;
  private final @Nullable VoiceActivity activity;
  private final int mostBytes;
  private final int padding;
  private final SoundStream stream;
  private final VoiceNetwork.Cells cells = VoiceNetwork.shipped().new Cells();

  /** Null where nobody is listened for; its places are bytes. */
  private VoiceActivity.@Nullable Voice voice;

  /** Samples of 16 kHz: the last window that the network heard, and what has come since. */
  private float[] unheard = new float[WINDOW];

  /** Of the newest windows; {@code heard} of them are dealt with. */
  private float[] probabilities = {};

  private int heard;

  /** What is held; its first byte is number {@code first} of all. */
  private byte[] kept = {};

  private int count;

  private long first;
  private long next;
  private long changed;

  /**
   * Begins to listen.
   *
   * @param coding of the sound
   * @param activity its threshold, its silence behind the voice and its padding before count; null:
   *     all is one turn
   * @param mostSeconds how long a turn may be
   */
  public SpokenTurns(Coding coding, @Nullable VoiceActivity activity, int mostSeconds) {
    this.coding = coding;
    this.activity = activity;
    this.mostBytes = mostSeconds * 1000 * coding.bytesOfMs();
    this.padding =
        activity == null ? 0 : Math.min(activity.paddingMs() * coding.bytesOfMs(), mostBytes / 2);
    this.voice = activity == null ? null : activity.new Voice();
    this.stream =
        new SoundStream(coding.rate, coding.bytes, coding == Coding.A_LAW, VoiceNetwork.RATE);
  }

  /**
   * Takes more sound; then {@link #next} tells until there is nothing more.
   *
   * @param more bytes
   * @throws InputException when the last sample is not whole
   */
  public void add(byte[] more) {
    InputException.requireField(
        more.length % coding.bytes == 0, "audio", "ends within a sample", "send whole samples");
    if (kept.length < count + more.length) {
      kept = Arrays.copyOf(kept, Math.max(count + more.length, kept.length + kept.length / 2));
    }
    System.arraycopy(more, 0, kept, count, more.length);
    count += more.length;
    if (voice != null) {
      probabilities = new float[0];
      heard = 0;
      // The network takes no more memory for much sound than for a second of it.
      int second = 1000 * coding.bytesOfMs();
      for (int from = 0; from < more.length; from += second) {
        hear(Arrays.copyOfRange(more, from, Math.min(more.length, from + second)));
      }
    }
  }

  private void hear(byte[] second) {
    float[] samples = stream.next(second);
    int before = unheard.length;
    unheard = Arrays.copyOf(unheard, before + samples.length);
    System.arraycopy(samples, 0, unheard, before, samples.length);
    int windows = unheard.length / WINDOW - 1;
    float[] found = cells.next(unheard, 1, windows, Interruption.NEVER);
    int known = probabilities.length;
    probabilities = Arrays.copyOf(probabilities, known + found.length);
    System.arraycopy(found, 0, probabilities, known, found.length);
    unheard = Arrays.copyOfRange(unheard, windows * WINDOW, unheard.length);
  }

  /** {@return what the sound tells next} */
  public Change next() {
    if (activity == null || voice == null) {
      next = first + mostBytes;
      changed = next;
      return count < mostBytes ? Change.NONE : Change.ENDED;
    }
    while (heard < probabilities.length) {
      long at = next;
      next += STEP_MS * coding.bytesOfMs();
      boolean pauses = voice.pauses(probabilities[heard++], at);
      if (voice.start == at) {
        drop(at - padding);
        changed = first;
        return Change.BEGAN;
      }
      int ms = activity.leastSilenceMs();
      long silence = 3 * (next - first) < 2L * mostBytes ? ms : Math.min(ms, SHORT_PAUSE_MS);
      boolean isLongest = next - first + STEP_MS * coding.bytesOfMs() > mostBytes;
      boolean isOver = pauses && next - voice.quiet >= silence * coding.bytesOfMs();
      if (voice.start >= 0 && (isOver || isLongest)) {
        changed = next;
        return Change.ENDED;
      }
    }
    if (voice.start < 0) {
      drop(next - padding);
    }
    return Change.NONE;
  }

  /** Forgets what lies before a place. */
  private void drop(long place) {
    int gone = Math.clamp(place - first, 0, count);
    kept = Arrays.copyOfRange(kept, gone, count);
    count -= gone;
    first += gone;
  }

  /** {@return where the last change was, in milliseconds from the beginning of all sound} */
  public long ms() {
    return changed / coding.bytesOfMs();
  }

  /** {@return whether there is a turn that has not ended} */
  public boolean isTurn() {
    return voice == null ? count > 0 : voice.start >= 0;
  }

  /** {@return whether somebody speaks, or nobody is listened for} */
  public boolean isSpeaking() {
    return isTurn() && (voice == null || voice.quiet < 0);
  }

  /** {@return the turn that ended, as it came; it is no longer held} */
  public byte[] take() {
    byte[] turn = Arrays.copyOf(kept, (int) (changed - first));
    drop(changed);
    voice = activity == null ? null : activity.new Voice();
    return turn;
  }

  /** {@return all that is held, as it came} */
  public byte[] sound() {
    return Arrays.copyOf(kept, count);
  }

  /** Forgets all that is held. */
  public void clear() {
    drop(first + count);
    voice = activity == null ? null : activity.new Voice();
  }
}
