package dev.deed.sound;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import javazoom.jl.decoder.Bitstream;
import javazoom.jl.decoder.Decoder;
import javazoom.jl.decoder.Header;
import javazoom.jl.decoder.JavaLayerException;
import javazoom.jl.decoder.SampleBuffer;
import org.jspecify.annotations.Nullable;

/** MP3 by JLayer. A damaged frame is silent. Belongs to one thread. */
final class Mp3Decoder implements Coding.Decoder {
  /** Damaged frames in a row, about two seconds. */
  private static final int MOST_SILENT = 80;

  private final Track track;
  private final PacketStream input = new PacketStream();
  private @Nullable Bitstream frames;
  private Decoder decoder = new Decoder();
  private int silent;

  // JLayer fills tables when the first frame is decoded, without regard to other threads.
  static {
    byte[] frame = new byte[72];
    System.arraycopy(new byte[] {(byte) 0xff, (byte) 0xf3, 0x18, (byte) 0xc4}, 0, frame, 0, 4);
    try {
      new Mp3Decoder(new Track(Coding.MP3, List.of(), 16_000, 1, 0, -1)).decode(frame);
    } catch (IOException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  Mp3Decoder(Track track) {
    this.track = track;
  }

  @Override
  public byte[] decode(byte[] packet) throws IOException {
    MpegFrame expected = MpegFrame.of(packet, 0);
    if (expected == null
        || expected.channels() != track.channels()
        || expected.rate() != track.rate()) {
      throw new IOException("it is no frame of the stream");
    }
    input.packet = new ByteArrayInputStream(packet);
    try {
      if (frames == null) {
        frames = new Bitstream(input);
      }
      Header header = frames.readFrame();
      if (header != null
          && decoder.decodeFrame(header, frames) instanceof SampleBuffer samples
          && samples.getBufferLength() == expected.samples() * expected.channels()) {
        frames.closeFrame();
        silent = 0;
        return Coding.bytes(samples.getBuffer(), samples.getBufferLength());
      }
    } catch (JavaLayerException | RuntimeException e) {
      decoder = new Decoder();
    }
    if (++silent > MOST_SILENT) {
      throw new IOException("many frames are damaged");
    }
    frames = null;
    return new byte[expected.samples() * expected.channels() * Short.BYTES];
  }

  /** One packet after the other, each of which is followed by an end. */
  private static final class PacketStream extends InputStream {
    private InputStream packet = InputStream.nullInputStream();

    @Override
    public int read() throws IOException {
      return packet.read();
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
      return packet.read(to, from, length);
    }
  }
}
