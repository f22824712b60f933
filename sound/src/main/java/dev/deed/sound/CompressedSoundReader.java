package dev.deed.sound;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;
import javax.sound.sampled.spi.AudioFileReader;
import org.jspecify.annotations.Nullable;

/**
 * MP3, AAC (ADTS), MP4, Ogg and Matroska with MP3, AAC-LC, Vorbis, Opus or FLAC, told by their
 * bytes.
 *
 * <p>Samples have 16 bits; those of FLAC are left to another decoder, which gets a file of FLAC. A
 * coding that nothing here decodes is named by the encoding of a stream without samples. Reading
 * the samples throws {@link java.io.EOFException} where a file is cut off, and {@link IOException}
 * with a line for the user where it is damaged. Immutable, safe for use from many threads.
 */
public final class CompressedSoundReader extends AudioFileReader {
  private static final int OGG = 0x4f676753;
  private static final int EBML = 0x1a45dfa3;
  private static final int FILE_TYPE = 0x66747970;
  private static final int BITS = 16;

  /** Found as a service of the Java Sound API. */
  public CompressedSoundReader() {}

  @Override
  public AudioInputStream getAudioInputStream(InputStream stream)
      throws UnsupportedAudioFileException, IOException {
    Source source = new Source(stream);
    try {
      Packets packets = packets(source);
      if (packets == null) {
        source.seek(0);
        throw new UnsupportedAudioFileException("neither MP3, AAC, MP4, Ogg nor Matroska");
      }
      Track track = packets.track();
      DecodedStream samples = new DecodedStream(packets);
      if (track.coding() == Coding.FLAC) {
        return named("FLAC", samples);
      }
      AudioFormat format = new AudioFormat(track.rate(), BITS, track.channels(), true, false);
      long frames = track.frames() < 0 ? AudioSystem.NOT_SPECIFIED : track.frames();
      return new AudioInputStream(samples, format, frames);
    } catch (UnreadCoding e) {
      return named(String.valueOf(e.getMessage()), InputStream.nullInputStream());
    } catch (RuntimeException e) {
      throw new IOException("its headers are damaged", e);
    }
  }

  private static AudioInputStream named(String coding, InputStream content) {
    AudioFormat format = new AudioFormat(new Encoding(coding), 48_000, BITS, 1, 1, 48_000, false);
    return new AudioInputStream(content, format, AudioSystem.NOT_SPECIFIED);
  }

  private static @Nullable Packets packets(Source source) throws IOException {
    if (source.length() < Long.BYTES) {
      return null;
    }
    long head = source.number(Long.BYTES);
    source.seek(0);
    return head >>> Integer.SIZE == OGG
        ? new OggPackets(source)
        : head >>> Integer.SIZE == EBML
            ? new MatroskaPackets(source)
            : (int) head == FILE_TYPE ? new Mp4Packets(source) : MpegPackets.of(source);
  }

  @Override
  public AudioInputStream getAudioInputStream(File file)
      throws UnsupportedAudioFileException, IOException {
    return getAudioInputStream(file.toURI().toURL());
  }

  @Override
  public AudioInputStream getAudioInputStream(URL url)
      throws UnsupportedAudioFileException, IOException {
    return getAudioInputStream(new BufferedInputStream(url.openStream()));
  }

  @Override
  public AudioFileFormat getAudioFileFormat(InputStream stream)
      throws UnsupportedAudioFileException, IOException {
    AudioFormat format = getAudioInputStream(stream).getFormat();
    return new AudioFileFormat(
        new AudioFileFormat.Type("compressed", ""), format, AudioSystem.NOT_SPECIFIED);
  }

  @Override
  public AudioFileFormat getAudioFileFormat(URL url)
      throws UnsupportedAudioFileException, IOException {
    try (InputStream in = new BufferedInputStream(url.openStream())) {
      return getAudioFileFormat(in);
    }
  }

  @Override
  public AudioFileFormat getAudioFileFormat(File file)
      throws UnsupportedAudioFileException, IOException {
    return getAudioFileFormat(file.toURI().toURL());
  }
}
