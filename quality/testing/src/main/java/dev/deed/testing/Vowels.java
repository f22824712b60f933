package dev.deed.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** A sound that is taken for speech: four vowels in turn, five a second, of 16 kHz. */
public final class Vowels {
  private static final int RATE = 16_000;
  private static final double[][] FORMANTS = {
    {730, 1090, 2440}, {270, 2290, 3010}, {300, 870, 2240}, {530, 1840, 2480}
  };

  private Vowels() {}

  /** Silence, vowels from some second to another, and silence. */
  public static float[] samples(double from, double to, double seconds) {
    float[] samples = new float[(int) (seconds * RATE)];
    double[][] state = new double[3][2];
    double phase = 0;
    for (int i = (int) (from * RATE); i < to * RATE; i++) {
      double time = (double) i / RATE - from;
      phase += (120 + 25 * Math.sin(4.4 * time)) / RATE;
      double pulse = phase >= 1 ? 1 : 0;
      phase -= pulse;
      double sum = 0;
      for (int band = 0; band < state.length; band++) {
        double angle = 2 * Math.PI * FORMANTS[(int) (time * 5) % FORMANTS.length][band] / RATE;
        double damping = Math.exp(-Math.PI * 90 / RATE);
        double next =
            pulse
                + 2 * damping * Math.cos(angle) * state[band][0]
                - damping * damping * state[band][1];
        state[band][1] = state[band][0];
        state[band][0] = next;
        sum += next / (1 << band);
      }
      samples[i] = (float) (0.04 * sum * Math.abs(Math.sin(Math.PI * time * 5)));
    }
    return samples;
  }

  /** A WAV of 16 bits. */
  public static byte[] wav(float[]... channels) {
    int bytes = 2 * channels.length * channels[0].length;
    ByteBuffer file = ByteBuffer.allocate(44 + bytes).order(ByteOrder.LITTLE_ENDIAN);
    file.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(36 + bytes);
    file.put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII)).putInt(16);
    file.putShort((short) 1).putShort((short) channels.length).putInt(RATE);
    file.putInt(2 * channels.length * RATE).putShort((short) (2 * channels.length));
    file.putShort((short) 16).put("data".getBytes(StandardCharsets.US_ASCII)).putInt(bytes);
    for (int i = 0; i < channels[0].length; i++) {
      for (float[] channel : channels) {
        file.putShort((short) (32_767 * Math.clamp(channel[i], -1f, 1f)));
      }
    }
    return file.array();
  }
}
