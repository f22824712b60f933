package dev.deed.processing.sound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.deed.files.Interruption;
import dev.deed.processing.Fixtures;
import dev.deed.value.InputException;
import dev.deed.value.InputException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sounds made by {@code tools/make_sound_fixtures.py}, with SciPy's samples. */
final class SoundReaderTest {
  private static final int RATE = 16_000;
  private static final float TOLERANCE = 1e-6f;

  private final SoundReader reader = new SoundReader(RATE, SoundLimits.DEFAULT, Interruption.NEVER);

  static Stream<String> names() throws IOException, URISyntaxException {
    Path folder =
        Path.of(Objects.requireNonNull(SoundReaderTest.class.getResource("/sounds")).toURI());
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      // Others are read by a program: the tests of the module that brings one.
      return names.stream().filter(name -> name.matches("(?!ima).*\\.(wav|au)"));
    }
  }

  static byte[] bytes(String name) {
    return Fixtures.bytes("/sounds/" + name);
  }

  private static float[] answer(String name) throws IOException {
    try (InputStream in = new InflaterInputStream(openAnswer(name))) {
      ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      float[] samples = new float[bytes.remaining() / Float.BYTES];
      bytes.asFloatBuffer().get(samples);
      return samples;
    }
  }

  private static InputStream openAnswer(String name) {
    return Objects.requireNonNull(
        SoundReaderTest.class.getResourceAsStream("/sounds/" + name + ".f32"), name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void samplesAreThoseOfTheReference(String name) throws IOException {
    Waveform sound = reader.decode("sound x", bytes(name));
    assertThat(sound.rate()).isEqualTo(RATE);
    assertThat(sound.samples()).containsExactly(answer(name), within(TOLERANCE));
  }

  /** Whoever gives samples gets what a file of them gives. */
  @Test
  void samplesThatAreDecodedAlready() throws IOException {
    float[] at8k =
        new SoundReader(8000, SoundLimits.DEFAULT, Interruption.NEVER)
            .decode("x", bytes("f32_8k.wav"))
            .samples();
    assertThat(reader.resample(at8k, 8000).samples())
        .containsExactly(answer("f32_8k.wav"), within(TOLERANCE));
    assertRefused(() -> reader.resample(new float[] {Float.NaN}, RATE), "a sample is NaN");
    assertRefused(() -> reader.resample(new float[] {0}, 3999), "3999 samples a second");
    assertRefused(() -> reader.resample(new float[0], RATE), "no samples");
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyBeginningIsRefusedOrAPartOfIt(String name) {
    byte[] whole = bytes(name);
    int step = Math.max(1, whole.length / 150);
    for (int length = 0; length < whole.length - 60; length += step) {
      byte[] part = Arrays.copyOf(whole, length);
      if (name.equals("piped.wav") && length > 46) {
        continue; // Its header says that it ends where the file ends.
      }
      InputException e =
          catchThrowableOfType(InputException.class, () -> reader.decode("sound x", part));
      assertThat(e).as("%d of %d bytes", length, whole.length).isNotNull();
      assertThat(e).hasMessageMatching("sound x: [^\n]+; [^\n]+");
    }
  }

  /** What a recorder that died, or a download that broke off, leaves is read as far as it goes. */
  @ParameterizedTest
  @ValueSource(strings = {"s16.wav", "s24_22k.wav", "rf64.wav", "mu_law_8k.wav", "s16.au"})
  void recordingsThatAreCutOff(String name) {
    byte[] whole = bytes(name);
    SoundReader lenient = reader.takingPart();
    Waveform all = lenient.decode("x", whole);
    assertThat(all.missing()).isZero();
    for (double share : new double[] {0.75, 0.9}) {
      byte[] part = Arrays.copyOf(whole, (int) (share * whole.length));
      assertRefused(() -> reader.decode("x", part), "truncated");
      Waveform heard = lenient.decode("x", part);
      int length = heard.samples().length;
      assertThat(length).isBetween(all.samples().length / 5, all.samples().length - 1);
      assertThat(heard.missing())
          .isCloseTo((all.samples().length - length) / (double) RATE, within(2.0 / 8000));
      // Resampling looks ahead by some samples.
      int same = length - 60;
      assertThat(Arrays.copyOf(heard.samples(), same))
          .containsExactly(Arrays.copyOf(all.samples(), same), within(TOLERANCE));
    }
  }

  @Test
  void recordingsWhoseHeaderNamesNoLength() {
    float[] all = reader.decode("x", bytes("s16.wav")).samples();
    for (int length : new int[] {-1, 0x7fff_f000, 0}) {
      byte[] file = bytes("s16.wav");
      ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(4, length).putInt(40, length);
      Waveform read = reader.decode("x", file);
      assertThat(read.samples()).containsExactly(all);
      assertThat(read.missing()).isZero();
    }
    byte[] stated = bytes("rf64.wav");
    ByteBuffer.wrap(stated).order(ByteOrder.LITTLE_ENDIAN).putLong(28, Long.MIN_VALUE);
    assertRefused(() -> reader.decode("x", stated), "its samples take -92");
  }

  @Test
  void limits() throws IOException {
    byte[] file = bytes("s16.wav");
    SoundLimits few = new SoundLimits(file.length - 1, 30, Long.MAX_VALUE);
    assertTooLarge(few, file, "more than the 645 bytes allowed");
    assertTooLarge(new SoundLimits(1 << 20, 30, 300), file, "more than the 300 samples allowed in");
    byte[] long8k = new byte[8000 * 2 + 44];
    System.arraycopy(header(1, 1, 8000, 8), 0, long8k, 0, 44);
    ByteBuffer.wrap(long8k).order(ByteOrder.LITTLE_ENDIAN).putInt(40, 8000 * 2);
    SoundLimits second = SoundLimits.DEFAULT.withSeconds(1);
    assertTooLarge(second, long8k, "lasts for more than the 1 s allowed; cut it");
    assertThat(SoundLimits.DEFAULT.quick().maxSamples()).isEqualTo(4_000_000);
    SoundLimits hour = new SoundLimits(1 << 20, 3600);
    assertThat(hour.maxSamples()).isEqualTo(1_440_000_000);
    assertThat(SoundLimits.DEFAULT.withSeconds(60).maxSamples()).isEqualTo(64_000_000);
  }

  private void assertTooLarge(SoundLimits limits, byte[] file, String why) {
    SoundReader strict = new SoundReader(RATE, limits, Interruption.NEVER);
    InputException e =
        catchThrowableOfType(InputException.class, () -> strict.decode("sound x", file));
    assertThat(e).hasMessageContaining(why);
    assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE);
  }

  /**
   * The header of a WAV.
   *
   * @return 44 bytes, of no samples
   */
  static byte[] header(int tag, int channels, int rate, int bits) {
    int frame = channels * Math.ceilDiv(bits, 8);
    return ByteBuffer.allocate(44)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put("RIFF".getBytes(StandardCharsets.US_ASCII))
        .putInt(36)
        .put("WAVEfmt ".getBytes(StandardCharsets.US_ASCII))
        .putInt(16)
        .putShort((short) tag)
        .putShort((short) channels)
        .putInt(rate)
        .putInt(rate * frame)
        .putShort((short) frame)
        .putShort((short) bits)
        .put("data".getBytes(StandardCharsets.US_ASCII))
        .putInt(0)
        .array();
  }

  private record Header(int tag, int channels, int rate, int bits, String why) {}

  @Test
  void hostileHeaders() {
    List<Header> headers =
        List.of(
            new Header(1, 0, 16000, 16, "0 channels; 1 to 32 are read; convert it to one channel"),
            new Header(1, 65535, 16000, 8, "65535 channels"),
            new Header(1, 1, 0, 16, "0 samples a second"),
            new Header(1, 1, -1, 16, "4294967295 samples a second"),
            new Header(1, 1, 192_001, 16, "192001 samples a second"),
            new Header(1, 1, 16000, 0, "kind 1 with 0 bits"),
            new Header(1, 1, 16000, 64, "kind 1 with 64 bits"),
            new Header(3, 1, 16000, 16, "kind 3 with 16 bits"),
            new Header(6, 1, 8000, 16, "kind 6 with 16 bits; convert it to PCM"),
            new Header(7, 33, 8000, 8, "33 channels"),
            new Header(1, 1, 16000, 16, "it holds no samples"));
    for (Header header : headers) {
      byte[] file = header(header.tag, header.channels, header.rate, header.bits);
      assertRefused(() -> reader.decode("x", file), header.why);
    }
    byte[] frame = header(1, 2, 16000, 16);
    frame[32] = 3;
    assertRefused(() -> reader.decode("x", frame), "2 channels of 16 bits do not take 3 bytes");
    byte[] claim = header(1, 1, 16000, 16);
    claim[43] = 0x7f;
    assertRefused(() -> reader.decode("x", claim), "truncated");
    byte[] early = header(1, 1, 16000, 16);
    System.arraycopy(early, 36, early, 12, 8);
    assertRefused(() -> reader.decode("x", early), "its samples come before their format");
    byte[] format = header(1, 1, 16000, 16);
    format[16] = 4;
    assertRefused(() -> reader.decode("x", format), "its format has 4 bytes");
  }

  @Test
  void anEmptyFile() {
    InputException e =
        catchThrowableOfType(InputException.class, () -> reader.decode("sound x", new byte[0]));
    assertThat(e).hasMessage("sound x: it is empty; give a WAV, MP3, M4A, Ogg, WebM or FLAC");
    assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED_SOUND);
  }

  private static byte[] au(int begin, int coding, int rate, int channels) {
    byte[] file = Arrays.copyOf(bytes("s16.au"), 100);
    ByteBuffer.wrap(file).putInt(4, begin).putInt(12, coding).putInt(16, rate).putInt(20, channels);
    return file;
  }

  @Test
  void hostileHeadersOfAu() {
    assertRefused(() -> reader.decode("x", au(24, 3, 8000, 1)), "truncated");
    assertRefused(() -> reader.decode("x", au(-1, 3, 8000, 1)), "its header has -1 bytes");
    assertRefused(() -> reader.decode("x", au(101, 3, 8000, 1)), "truncated");
    assertRefused(() -> reader.decode("x", au(24, 23, 8000, 1)), "the AU holds samples of kind 23");
    assertRefused(() -> reader.decode("x", au(24, 3, -1, 1)), "4294967295 samples a second");
    assertRefused(() -> reader.decode("x", au(24, 3, 8000, -1)), "4294967295 channels");
    assertThat(reader.takingPart().decode("x", au(24, 3, 8000, 1)).missing()).isPositive();
  }

  @Test
  void files(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("x.wav"), bytes("s16.wav"));
    assertThat(reader.read(file).samples()).hasSize(301);
    assertRefused(() -> reader.read(folder.resolve("y.wav")), "there is no such file");
    assertRefused(() -> reader.read(folder), "is a folder");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s16.au", "s16.wav"})
  void aSoundThatNobodyWaitsForIsNotDecoded(String name) {
    byte[] file = bytes(name);
    AtomicInteger asked = new AtomicInteger();
    Interruption counting = () -> asked.incrementAndGet() < 0;
    new SoundReader(RATE, SoundLimits.DEFAULT, counting).decode("x", file);
    int often = asked.get();
    assertThat(often).isGreaterThan(1);
    for (int i = 0; i < often; i++) {
      AtomicInteger left = new AtomicInteger(i);
      SoundReader leaving =
          new SoundReader(RATE, SoundLimits.DEFAULT, () -> left.getAndDecrement() <= 0);
      assertThat(catchThrowableOfType(CancellationException.class, () -> leaving.decode("x", file)))
          .isNotNull();
    }
  }

  private static void assertRefused(Runnable call, String why) {
    InputException e = catchThrowableOfType(InputException.class, call::run);
    assertThat(e).isNotNull().hasMessageContaining(why).hasMessageMatching("[^\n]+: [^\n]+; .+");
  }
}
