package dev.deed.sound;

import io.github.jaredmdobson.concentus.OpusException;
import io.github.jaredmdobson.concentus.OpusMSDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Opus by Concentus, whose samples are those of libopus. Belongs to one thread. */
final class OpusPacketDecoder implements Coding.Decoder {
  static final int RATE = 48_000;

  private static final int HEADER = 19;

  /** Samples of the longest packet, 120 ms. */
  private static final int MOST_FRAMES = 5760;

  private final OpusMSDecoder decoder;
  private final short[] samples;
  private final int channels;

  OpusPacketDecoder(Track track) throws IOException {
    byte[] header = track.headers().getFirst();
    channels = track.channels();
    boolean mapped = header[18] != 0;
    short[] mapping = new short[channels];
    for (int channel = 0; channel < channels; channel++) {
      mapping[channel] = (short) (mapped ? header[21 + channel] & 0xff : channel);
    }
    try {
      decoder =
          OpusMSDecoder.create(
              RATE,
              channels,
              mapped ? header[19] & 0xff : 1,
              mapped ? header[20] & 0xff : channels - 1,
              mapping);
    } catch (OpusException e) {
      throw new IOException("its Opus has an unknown header", e);
    }
    decoder.setGain(ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getShort(16));
    samples = new short[MOST_FRAMES * channels];
  }

  /**
   * @param header {@code OpusHead} (RFC 7845, section 5.1)
   */
  static Track track(byte[] header) throws IOException {
    if (header.length < HEADER) {
      throw new IOException("the header of its Opus is too short");
    }
    int channels = header[9] & 0xff;
    boolean mapped = header[18] != 0;
    if (mapped ? header.length < HEADER + 2 + channels : channels < 1 || channels > 2) {
      throw new IOException("the header of its Opus has %d channels".formatted(channels));
    }
    int delay = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getShort(10) & 0xffff;
    return new Track(Coding.OPUS, List.of(header), RATE, channels, delay, -1);
  }

  @Override
  public byte[] decode(byte[] packet) throws IOException {
    if (packet.length == 0) {
      return packet;
    }
    int frames = decoder.decodeMultistream(packet, 0, packet.length, samples, 0, MOST_FRAMES, 0);
    if (frames < 0) {
      throw new IOException("error " + frames);
    }
    return Coding.bytes(samples, frames * channels);
  }
}
