package dev.deed.processing.sound;

import dev.deed.files.Interruption;
import dev.deed.processing.sound.PcmFormat.Coding;
import dev.deed.value.InputException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.ServiceLoader.Provider;
import java.util.Set;
import java.util.function.IntFunction;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.sound.sampled.UnsupportedAudioFileException;
import javax.sound.sampled.spi.AudioFileReader;
import org.jspecify.annotations.Nullable;

/**
 * What the Java Sound API decodes: AIFF and AU by the JDK, other formats by libraries that an
 * application adds. Called so that whatever they do with broken data ends in one error.
 */
final class ProvidedSound {
  private static final int BLOCK = 1 << 12;

  /** What is asked of a decoder that knows no bits of its own, such as one of MP3. */
  private static final int USUAL_BITS = 16;

  /** A file of FLAC that stood in another container. */
  private static final Encoding FLAC = new Encoding("FLAC");

  /** It takes files of others for its own, and allocates what they claim. */
  private static final String LEFT_OUT = "net.sourceforge.jaad.";

  private static final String ADD_DECODERS =
      "add dev.deed:deed-sound to the class path, or give a WAV or FLAC";

  private static final Set<Encoding> PLAIN =
      Set.of(Encoding.PCM_SIGNED, Encoding.PCM_UNSIGNED, Encoding.PCM_FLOAT);

  private ProvidedSound() {}

  /** Java Sound looks for decoders with the context class loader, which may know no jar of ours. */
  static double decode(
      byte[] file, SoundLimits limits, Interruption interruption, IntFunction<SampleSink> output) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try {
      if (!knowsUs(before)) {
        thread.setContextClassLoader(ProvidedSound.class.getClassLoader());
      }
      return provided(file, limits, interruption, output);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static boolean knowsUs(@Nullable ClassLoader loader) {
    try {
      String name = ProvidedSound.class.getName();
      return Class.forName(name, false, loader) == ProvidedSound.class;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static double provided(
      byte[] file, SoundLimits limits, Interruption interruption, IntFunction<SampleSink> output) {
    try (AudioInputStream coded = open(file)) {
      if (coded.getFormat().getEncoding().equals(FLAC)) {
        return FlacFile.decode(coded.readAllBytes(), limits, interruption, output);
      }
      try (AudioInputStream plain = plain(coded, limits)) {
        return read(plain, format(plain.getFormat()), limits, interruption, output);
      }
    } catch (UnsupportedAudioFileException e) {
      boolean isCompressed = SoundFormat.of(file) == SoundFormat.COMPRESSED;
      throw isCompressed
          ? BadSound.unsupported("no decoder is there for its container", ADD_DECODERS)
          : BadSound.unsupported("it is no sound of a known format", SoundReader.ADVICE);
    } catch (InputException e) {
      throw e;
    } catch (EOFException e) {
      throw BadSound.truncated();
    } catch (IOException | RuntimeException | LinkageError | ServiceConfigurationError e) {
      interruption.check();
      // Decoders meet broken data with all sorts of unchecked exceptions.
      throw BadSound.damaged(
          Objects.requireNonNullElse(e.getMessage(), "").lines().findFirst().orElse("no detail"));
    }
  }

  /** As AudioSystem does it, without the reader of MP4 that comes with a decoder of AAC. */
  private static AudioInputStream open(byte[] file)
      throws IOException, UnsupportedAudioFileException {
    for (Provider<AudioFileReader> found :
        ServiceLoader.load(AudioFileReader.class).stream().toList()) {
      if (!found.type().getName().startsWith(LEFT_OUT)) {
        try {
          return found.get().getAudioInputStream(new ByteArrayInputStream(file));
        } catch (UnsupportedAudioFileException e) {
          continue;
        }
      }
    }
    throw new UnsupportedAudioFileException();
  }

  private static AudioInputStream plain(AudioInputStream coded, SoundLimits limits) {
    AudioFormat format = coded.getFormat();
    limits.check((long) format.getSampleRate(), format.getChannels(), 0);
    if (PLAIN.contains(format.getEncoding())) {
      return coded;
    }
    AudioFormat target =
        new AudioFormat(
            Encoding.PCM_SIGNED,
            format.getSampleRate(),
            USUAL_BITS,
            format.getChannels(),
            USUAL_BITS / Byte.SIZE * format.getChannels(),
            format.getSampleRate(),
            false);
    BadSound.unsupportedIf(
        !AudioSystem.isConversionSupported(target, format),
        "no decoder is there for its coding " + format.getEncoding(),
        SoundReader.ADVICE);
    return AudioSystem.getAudioInputStream(target, coded);
  }

  private static PcmFormat format(AudioFormat format) {
    Encoding encoding = format.getEncoding();
    Coding coding =
        encoding.equals(Encoding.PCM_FLOAT)
            ? Coding.FLOAT
            : encoding.equals(Encoding.PCM_UNSIGNED) ? Coding.UNSIGNED : Coding.SIGNED;
    int bits = format.getSampleSizeInBits();
    int bytes = Math.ceilDiv(bits, Byte.SIZE);
    boolean isRead = coding == Coding.FLOAT ? bits == 32 || bits == 64 : bytes >= 1 && bytes <= 4;
    BadSound.unsupportedIf(
        !isRead || format.getFrameSize() != bytes * format.getChannels(),
        "it holds samples of %d bits".formatted(bits),
        SoundReader.ADVICE);
    return new PcmFormat(
        (int) format.getSampleRate(),
        format.getChannels(),
        coding,
        bytes,
        format.isBigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  private static double read(
      AudioInputStream in,
      PcmFormat format,
      SoundLimits limits,
      Interruption interruption,
      IntFunction<SampleSink> output)
      throws IOException {
    limits.check(format.rate(), format.channels(), Math.max(0, in.getFrameLength()));
    SampleSink out = output.apply(format.rate());
    byte[] block = new byte[BLOCK * format.frameBytes()];
    double[][] samples = new double[format.channels()][BLOCK];
    long frames = 0;
    boolean isCut = false;
    int read = 0;
    while (read >= 0) {
      interruption.check();
      try {
        read = in.read(block);
      } catch (EOFException e) {
        isCut = true;
        break;
      }
      int count = Math.max(0, read) / format.frameBytes();
      frames += count;
      limits.checkLength(format.rate(), format.channels(), frames);
      format.split(ByteBuffer.wrap(block), count, samples);
      out.add(samples, count);
    }
    out.end();
    return isCut && in.getFrameLength() < 0
        ? Double.NaN
        : Math.max(0, in.getFrameLength() - frames) / (double) format.rate();
  }
}
