package dev.deed.sound;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Logger;
import net.sourceforge.jaad.aac.Decoder;
import net.sourceforge.jaad.aac.syntax.BitStream;
import net.sourceforge.jaad.aac.syntax.ICStream;

/**
 * AAC-LC by JAAD, which leaves out temporal noise shaping: some 30 dB below the sound, above 2 kHz.
 * High efficiency (SBR, PS) is refused. Belongs to one thread.
 */
final class AacDecoder implements Coding.Decoder {
  private static final int LOW_COMPLEXITY = 2;
  private static final int SBR = 5;
  private static final int PS = 29;
  private static final int ESCAPE = 31;
  private static final int SYNC_EXTENSION = 0x2b7;

  /** Samples a second by their code. */
  static final List<Integer> RATES =
      List.of(
          96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025,
          8_000);

  /** Channels by their code; 0: as a table of its own says. */
  private static final int[] CHANNELS = {0, 1, 2, 3, 4, 5, 6, 8};

  /** Of a packet. */
  private static final int SAMPLES = 1024;

  /** Held, because a logger that nobody holds forgets its settings. */
  private static final Logger LOG = Logger.getLogger("jaad");

  static {
    // It warns of each damaged packet.
    LOG.setUseParentHandlers(false);
  }

  /**
   * Where JAAD keeps what it draws noise from: a private field for all decoders, so that a file's
   * samples would depend on what was decoded before it. Each decoder has a value of its own here.
   * Nothing public sets it, and noise is drawn within the one call that decodes a packet.
   */
  private static final VarHandle NOISE = noise();

  private static final Lock ONE_AT_A_TIME = new ReentrantLock();

  private final Decoder decoder;
  private final Track track;
  private int noise = 1;

  AacDecoder(Track track) throws IOException {
    this.track = track;
    decoder = Decoder.create(track.headers().getFirst());
  }

  private static VarHandle noise() {
    try {
      return MethodHandles.privateLookupIn(ICStream.class, MethodHandles.lookup())
          .findStaticVarHandle(ICStream.class, "randomState", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * @param header AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1)
   */
  static Track track(byte[] header) throws IOException {
    // Zeros stand behind the last bit.
    BitStream bits = BitStream.open(Arrays.copyOf(header, header.length + 2 * Long.BYTES));
    int object = object(bits);
    int code = bits.readBits(4);
    int rate = code == 15 ? bits.readBits(24) : code < RATES.size() ? RATES.get(code) : 0;
    int channels = bits.readBits(4);
    if (object == LOW_COMPLEXITY) {
      if (bits.readBool()) {
        throw new UnreadCoding("AAC in frames of 960");
      }
      bits.skipBits(bits.readBool() ? 15 : 1);
      // Where bits are left, they may say that more frequencies are coded than a plain decoder
      // sees.
      object =
          bits.readBits(11) == SYNC_EXTENSION && object(bits) == SBR && bits.readBool()
              ? SBR
              : object;
    }
    if (object == SBR || object == PS) {
      throw new UnreadCoding("HE-AAC");
    }
    if (object != LOW_COMPLEXITY) {
      throw new UnreadCoding("AAC of object type " + object);
    }
    return track(rate, channels);
  }

  private static int object(BitStream bits) {
    int object = bits.readBits(5);
    return object == ESCAPE ? 32 + bits.readBits(6) : object;
  }

  static Track track(int rate, int channelCode) throws IOException {
    if (channelCode < 1 || channelCode >= CHANNELS.length || !RATES.contains(rate)) {
      throw new UnreadCoding("AAC with channels or a rate of its own");
    }
    int packed = LOW_COMPLEXITY << 11 | RATES.indexOf(rate) << 7 | channelCode << 3;
    byte[] header = {(byte) (packed >> Byte.SIZE), (byte) packed};
    return new Track(Coding.AAC, List.of(header), rate, CHANNELS[channelCode], 0, -1);
  }

  @Override
  public byte[] decode(byte[] packet) throws IOException {
    int channels = track.channels();
    short[] samples = new short[SAMPLES * channels];
    int[] rate = new int[1];
    ONE_AT_A_TIME.lock();
    try {
      NOISE.set(noise);
      decoder.decodeFrame(
          packet,
          (decoded, length, outputRate) -> {
            rate[0] = decoded.size() < channels ? 0 : outputRate;
            for (int i = 0; rate[0] == track.rate() && i < samples.length; i++) {
              int sample = Math.round(decoded.get(i % channels)[i / channels]);
              samples[i] = (short) Math.clamp(sample, Short.MIN_VALUE, Short.MAX_VALUE);
            }
          });
      noise = (int) NOISE.get();
    } finally {
      ONE_AT_A_TIME.unlock();
    }
    if (rate[0] == 2 * track.rate()) {
      throw new UnreadCoding("HE-AAC");
    }
    if (rate[0] != track.rate()) {
      throw new IOException("it has other channels or another rate than its header says");
    }
    return Coding.bytes(samples, samples.length);
  }
}
