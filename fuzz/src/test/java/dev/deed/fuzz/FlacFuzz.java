package dev.deed.fuzz;

import dev.deed.files.Interruption;
import dev.deed.processing.sound.SoundLimits;
import dev.deed.processing.sound.SoundReader;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** FLAC whose checksums are made right, so that changes reach what lies behind them. */
final class FlacFuzz {
  private static final SoundLimits LIMITS = new SoundLimits(1 << 20, 2, 1 << 20);
  private static final Pattern WRONG =
      Pattern.compile("the checksum of (\\d+) bits at byte (\\d+) is .* must be ([0-9a-f]+)");
  private static final int MOST_FRAMES = 16;
  private static final int DIGEST = 26;
  private static final int DIGEST_END = 42;

  private FlacFuzz() {}

  public static void fuzzerTestOneInput(byte[] bytes) {
    byte[] sound = bytes.clone();
    // No digest of the samples is stated.
    if (sound.length > DIGEST_END) {
      Arrays.fill(sound, DIGEST, DIGEST_END, (byte) 0);
    }
    for (int i = 0; i < 2 * MOST_FRAMES && !isSettled(sound); i++) {
      continue;
    }
    SoundFuzz.fuzzerTestOneInput(sound);
  }

  /** Makes the first wrong checksum right; true where there is none. */
  private static boolean isSettled(byte[] sound) {
    try {
      new SoundReader(16_000, LIMITS, Interruption.NEVER).decode("sound", sound);
      return true;
    } catch (InputException e) {
      Matcher wrong = WRONG.matcher(e.why());
      if (!wrong.find()) {
        return true;
      }
      int at = Integer.parseInt(wrong.group(2));
      int right = Integer.parseInt(wrong.group(3), 16);
      for (int bits = Integer.parseInt(wrong.group(1)) - Byte.SIZE; bits >= 0; bits -= Byte.SIZE) {
        sound[at++] = (byte) (right >> bits);
      }
      return false;
    }
  }
}
