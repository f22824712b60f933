package dev.deed.sound;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How the packets of a track are coded. */
enum Coding {
  MP3(Mp3Decoder::new),
  AAC(AacDecoder::new),
  VORBIS(VorbisDecoder::new),
  OPUS(OpusPacketDecoder::new),
  /** Left as it is: headers and packets behind one another are a file of FLAC. */
  FLAC(track -> packet -> packet);

  /** Turns packet after packet into samples of 16 bits, the lower byte first, channels in turns. */
  @FunctionalInterface
  interface Decoder {
    /**
     * @return perhaps of no samples
     * @throws IOException when the packet is damaged
     */
    byte[] decode(byte[] packet) throws IOException;
  }

  /** Makes the decoder of a track. */
  @FunctionalInterface
  private interface Opening {
    Decoder open(Track track) throws IOException;
  }

  private final Opening opening;

  Coding(Opening opening) {
    this.opening = opening;
  }

  Decoder open(Track track) throws IOException {
    return opening.open(track);
  }

  /** Samples as bytes, the lower one first. */
  static byte[] bytes(short[] samples, int count) {
    byte[] bytes = new byte[Short.BYTES * count];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().put(samples, 0, count);
    return bytes;
  }
}
