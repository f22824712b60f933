package dev.deed.processing.sound;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;
import javax.sound.sampled.spi.AudioFileReader;

/**
 * A decoder as a user may add one: {@code TONE}, the name of a coding and a byte, its samples. It
 * does not know how many there are.
 */
public final class ToneReader extends AudioFileReader {
  private static final int COUNT = 100;

  @Override
  public AudioInputStream getAudioInputStream(InputStream stream)
      throws UnsupportedAudioFileException, IOException {
    stream.mark(8);
    String head = new String(stream.readNBytes(5), StandardCharsets.ISO_8859_1);
    if (!head.startsWith("TONE")) {
      stream.reset();
      throw new UnsupportedAudioFileException("no tone");
    }
    byte[] samples = new byte[COUNT];
    Arrays.fill(samples, (byte) stream.read());
    AudioFormat format =
        switch (head.charAt(4)) {
          case 'S' -> new AudioFormat(Encoding.PCM_SIGNED, 16_000, 8, 1, 1, 16_000, false);
          case 'A' -> new AudioFormat(Encoding.ALAW, 16_000, 8, 1, 1, 16_000, false);
          case 'X' -> new AudioFormat(new Encoding("X"), 16_000, 8, 1, 1, 16_000, false);
          case 'R' ->
              new AudioFormat(Encoding.PCM_SIGNED, AudioSystem.NOT_SPECIFIED, 8, 1, 1, 1, true);
          default -> throw new IllegalStateException("two\nlines");
        };
    return new AudioInputStream(
        new ByteArrayInputStream(samples), format, AudioSystem.NOT_SPECIFIED);
  }

  @Override
  public AudioFileFormat getAudioFileFormat(InputStream stream) {
    throw new UnsupportedOperationException();
  }

  @Override
  public AudioFileFormat getAudioFileFormat(URL url) {
    throw new UnsupportedOperationException();
  }

  @Override
  public AudioFileFormat getAudioFileFormat(File file) {
    throw new UnsupportedOperationException();
  }

  @Override
  public AudioInputStream getAudioInputStream(URL url) {
    throw new UnsupportedOperationException();
  }

  @Override
  public AudioInputStream getAudioInputStream(File file) {
    throw new UnsupportedOperationException();
  }
}
