package dev.deed.fuzz;

import dev.deed.files.Interruption;
import dev.deed.processing.sound.SoundLimits;
import dev.deed.processing.sound.SoundReader;
import dev.deed.processing.sound.Waveform;
import dev.deed.value.InputException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;

/** Sounds of every format. */
final class SoundFuzz {
  private static final int RATE = 16_000;

  /** Low, so that a sound within them never takes long. */
  private static final SoundLimits LIMITS = new SoundLimits(1 << 20, 2, 1 << 20);

  /** A length of 50 bits at the lowest rate, of half a byte a sample. */
  private static final double MOST_MISSING = 2 * (double) (1L << 50) / 4000;

  private SoundFuzz() {}

  /** Takes what is cut off too, so that more is decoded. */
  private static SoundReader reader(Interruption interruption) {
    return new SoundReader(RATE, LIMITS, interruption).takingPart();
  }

  public static void fuzzerTestOneInput(byte[] bytes) {
    try {
      AtomicInteger asked = new AtomicInteger();
      Waveform sound = reader(() -> asked.incrementAndGet() < 0).decode("sound", bytes);
      if (sound.samples().length < 1 || sound.samples().length > 2 * RATE) {
        throw new AssertionError(sound.samples().length + " samples");
      }
      if (sound.missing() < 0 || sound.missing() > MOST_MISSING) {
        throw new AssertionError(sound.missing() + " s are missing");
      }
      for (float sample : sound.samples()) {
        if (!Float.isFinite(sample)) {
          throw new AssertionError("a sample is " + sample);
        }
      }
      requireCancellable(bytes, isPlain(bytes) ? asked.get() : 1);
    } catch (InputException e) {
      return;
    }
  }

  /** How often it is looked while a program decodes depends on how long that takes. */
  private static boolean isPlain(byte[] bytes) {
    String head = new String(bytes, 0, Math.min(4, bytes.length), StandardCharsets.ISO_8859_1);
    return head.equals("RIFF") && (bytes[20] == 1 || bytes[20] == 3) || head.equals(".snd");
  }

  /** Once nobody wants it any more, it is neither a sound nor damaged. */
  private static void requireCancellable(byte[] bytes, int looks) {
    int wanted = Math.floorMod(Arrays.hashCode(bytes), looks);
    AtomicInteger left = new AtomicInteger(wanted);
    try {
      reader(() -> left.getAndDecrement() <= 0).decode("sound", bytes);
    } catch (CancellationException e) {
      return;
    }
    throw new AssertionError("decoded though cancelled after " + wanted + " looks");
  }
}
