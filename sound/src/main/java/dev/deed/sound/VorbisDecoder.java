package dev.deed.sound;

import com.jcraft.jogg.Packet;
import com.jcraft.jorbis.Block;
import com.jcraft.jorbis.Comment;
import com.jcraft.jorbis.DspState;
import com.jcraft.jorbis.Info;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Vorbis by JOrbis. Belongs to one thread. */
final class VorbisDecoder implements Coding.Decoder {
  private static final int HEADER = 30;

  /** Blocks of 64 to 8192 samples. */
  private static final int LEAST_BLOCK = 6;

  private static final int MOST_BLOCK = 13;

  /** Three numbers of four bytes and one bit: no maker, no comments. */
  private static final byte[] NO_COMMENTS =
      ("\3vorbis" + "\0".repeat(8) + "\1").getBytes(StandardCharsets.ISO_8859_1);

  private final DspState state = new DspState();
  private final Block block = new Block(state);
  private final int channels;

  VorbisDecoder(Track track) throws IOException {
    channels = track.channels();
    VorbisSetup.check(track.headers().get(2));
    Info info = new Info();
    Comment comments = new Comment();
    info.init();
    comments.init();
    for (byte[] header : List.of(track.headers().get(0), NO_COMMENTS, track.headers().get(2))) {
      Packet packet = packet(header);
      packet.b_o_s = 1;
      if (info.synthesis_headerin(comments, packet) < 0) {
        throw new IOException("its headers are damaged");
      }
    }
    state.synthesis_init(info);
    block.init(state);
  }

  /**
   * @param headers three, as Vorbis I, section 4.2, has them
   */
  static Track track(List<byte[]> headers) throws IOException {
    if (headers.size() != 3 || headers.getFirst().length < HEADER) {
      throw new IOException("its Vorbis has no three headers");
    }
    ByteBuffer first = ByteBuffer.wrap(headers.getFirst()).order(ByteOrder.LITTLE_ENDIAN);
    int blocks = first.get(28);
    int small = blocks & 0xf;
    int large = blocks >> 4 & 0xf;
    if (small < LEAST_BLOCK || large < small || large > MOST_BLOCK) {
      throw new IOException("its Vorbis has blocks of %d and %d bits".formatted(small, large));
    }
    return new Track(Coding.VORBIS, headers, first.getInt(12), first.get(11) & 0xff, 0, -1);
  }

  private static Packet packet(byte[] bytes) {
    Packet packet = new Packet();
    packet.packet_base = bytes;
    packet.bytes = bytes.length;
    return packet;
  }

  @Override
  public byte[] decode(byte[] packet) throws IOException {
    if (packet.length == 0) {
      return packet;
    }
    if (block.synthesis(packet(packet)) != 0) {
      throw new IOException("it is no packet of sound");
    }
    state.synthesis_blockin(block);
    float[][][] found = new float[1][][];
    int[] from = new int[channels];
    int frames = state.synthesis_pcmout(found, from);
    short[] samples = new short[frames * channels];
    for (int channel = 0; channel < channels; channel++) {
      for (int i = 0; i < frames; i++) {
        float sample = found[0][channel][from[channel] + i];
        samples[i * channels + channel] =
            (short) Math.clamp(Math.round(sample * 32768), Short.MIN_VALUE, Short.MAX_VALUE);
      }
    }
    state.synthesis_read(frames);
    return Coding.bytes(samples, samples.length);
  }
}
