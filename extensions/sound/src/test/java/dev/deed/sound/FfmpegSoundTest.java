package dev.deed.sound;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.deed.files.Interruption;
import dev.deed.processing.sound.SoundLimits;
import dev.deed.processing.sound.SoundReader;
import dev.deed.processing.sound.Waveform;
import dev.deed.testing.ConstantFlac;
import dev.deed.testing.TinyWhisper;
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
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sounds made by {@code tools/make_compressed_sounds.py}, with what another build of ffmpeg decodes
 * of them, and by {@code tools/make_sound_fixtures.py}, with SciPy's samples.
 */
final class FfmpegSoundTest {
  private static final int RATE = 16_000;
  private static final float TOLERANCE = 1e-6f;

  private final SoundReader reader = new SoundReader(RATE, SoundLimits.DEFAULT, Interruption.NEVER);

  /** Whatever was decoded, or not, nothing is left of it. */
  @AfterEach
  void neitherChildrenNorFilesAreLeft() throws IOException, InterruptedException {
    for (int i = 0; i < 100 && ProcessHandle.current().children().findAny().isPresent(); i++) {
      Thread.sleep(20);
    }
    assertThat(ProcessHandle.current().children()).isEmpty();
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("deed-sound-"));
    }
  }

  static Stream<String> names() throws IOException, URISyntaxException {
    Path folder =
        Path.of(Objects.requireNonNull(FfmpegSoundTest.class.getResource("/sounds")).toURI());
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      return names.stream().filter(name -> names.contains(name + ".flac"));
    }
  }

  /** Files of processing whose samples are compressed, or stand in AIFF. */
  static Stream<Path> exact() throws IOException {
    try (Stream<Path> files = Files.list(TinyWhisper.sound(""))) {
      List<Path> all = files.sorted().toList();
      return all.stream().filter(file -> file.toString().matches(".*(flac|aiff|ima.*wav)"));
    }
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = FfmpegSoundTest.class.getResourceAsStream("/sounds/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  /** The noise of noise.m4a is each decoder's own. */
  @ParameterizedTest
  @MethodSource("names")
  void samplesAreThoseOfFfmpeg(String name) throws IOException {
    float[] answer = reader.decode("x", bytes(name + ".flac")).samples();
    Waveform sound = reader.decode("x", bytes(name));
    assertThat(sound.missing()).isZero();
    float[] samples = sound.samples();
    assertThat(samples.length).isCloseTo(answer.length, within(RATE / 25));
    double error = 0;
    double power = 0;
    // The last packet is cut differently.
    for (int i = 0; i < Math.min(samples.length, answer.length) - RATE / 25; i++) {
      error += Math.pow(samples[i] - answer[i], 2);
      power += Math.pow(answer[i], 2);
    }
    int least = name.equals("noise.m4a") ? 8 : 45;
    assertThat(10 * Math.log10(power / error)).isGreaterThan(least);
  }

  @ParameterizedTest
  @MethodSource("exact")
  void samplesAreThoseOfTheReference(Path file) throws IOException {
    float[] answer;
    try (InputStream in = new InflaterInputStream(Files.newInputStream(Path.of(file + ".f32")))) {
      ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      answer = new float[bytes.remaining() / Float.BYTES];
      bytes.asFloatBuffer().get(answer);
    }
    float[] samples = reader.read(file).samples();
    assertThat(samples).containsExactly(reader.decode("x", Files.readAllBytes(file)).samples());
    // The last block of ADPCM is filled up, or not.
    int same = Math.min(samples.length, answer.length) - (samples.length == answer.length ? 0 : 60);
    assertThat(same).isGreaterThan(3 * answer.length / 4);
    assertThat(Arrays.copyOf(samples, same))
        .containsExactly(Arrays.copyOf(answer, same), within(TOLERANCE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"alac.m4a", "speex.ogg", "layer2.mka", "g722.wav"})
  void moreCodingsThanBefore(String name) throws IOException {
    Waveform sound = reader.decode("x", bytes(name));
    assertThat(sound.missing()).isZero();
    assertThat(sound.samples().length).isCloseTo(3 * RATE / 10, within(RATE / 25));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"mpeg1.mp3", "first.m4a", "fragments.mp4", "adts.aac", "browser.webm", "flac.mka"})
  void recordingsThatAreCutOff(String name) throws IOException {
    byte[] whole = bytes(name);
    SoundReader lenient = reader.takingPart();
    float[] all = lenient.decode("x", whole).samples();
    byte[] part =
        Arrays.copyOf(whole, (int) ((name.equals("fragments.mp4") ? 0.7 : 0.8) * whole.length));
    assertThatThrownBy(() -> reader.decode("x", part)).hasMessageContaining("truncated");
    Waveform heard = lenient.decode("x", part);
    assertThat(heard.samples().length).isBetween(all.length / 4, all.length - 1);
    assertThat(heard.missing()).isNotZero();
    if (!Double.isNaN(heard.missing())) {
      double missing = (all.length - heard.samples().length) / (double) RATE;
      assertThat(heard.missing()).isCloseTo(missing, within(0.07));
    }
  }

  /** All of these stands on one page. */
  @ParameterizedTest
  @ValueSource(strings = {"vorbis.ogg", "voip.opus", "flac.oga"})
  void pagesThatAreCutOff(String name) throws IOException {
    byte[] page = bytes(name);
    byte[] part = Arrays.copyOf(page, (int) (0.8 * page.length));
    assertThatThrownBy(() -> reader.takingPart().decode("x", part))
        .hasMessageContaining("the sound is truncated");
    // A second stream behind the first, whose only page with sound is cut off.
    byte[] both = Arrays.copyOf(page, page.length + part.length);
    System.arraycopy(part, 0, both, page.length, part.length);
    assertThat(reader.takingPart().decode("x", both).missing()).isNaN();
  }

  /** Damage within MP3 and ADTS is told too, where the decoder notices it. */
  @ParameterizedTest
  @ValueSource(strings = {"mpeg1.mp3", "no_xing.mp3", "adts.aac"})
  void damageInTheMiddleIsTold(String name) throws IOException {
    byte[] damaged = bytes(name);
    int third = damaged.length / 3;
    Arrays.fill(damaged, third, 2 * third, (byte) 0);
    assertThat(reader.takingPart().decode("x", damaged).missing()).isNotZero();
  }

  /** Tags and padding behind the last frame are no damage. */
  @ParameterizedTest
  @ValueSource(strings = {"mpeg1.mp3", "adts.aac"})
  void whatFollowsTheSound(String name) throws IOException {
    byte[] file = bytes(name);
    byte[] padded = Arrays.copyOf(file, file.length + 3000);
    System.arraycopy("TAGtitle".getBytes(StandardCharsets.US_ASCII), 0, padded, file.length, 8);
    assertThat(reader.decode("x", padded).samples().length)
        .isCloseTo(reader.decode("x", file).samples().length, within(RATE / 25));
  }

  /** Checksums of frames tell of changed bytes. */
  @Test
  void damageToFlacIsNoticed() throws IOException {
    byte[] whole = Files.readAllBytes(TinyWhisper.sound("s16_stereo.flac"));
    for (int at = whole.length - 1; at > whole.length / 2; at -= 31) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      assertThatThrownBy(() -> reader.decode("x", damaged)).isInstanceOf(InputException.class);
    }
  }

  /** Whatever changes, there is a sound or one line without a path. */
  @ParameterizedTest
  @MethodSource("names")
  void damage(String name) throws IOException {
    byte[] whole = bytes(name);
    Random random = new Random(1);
    for (int i = 0; i < 8; i++) {
      byte[] damaged = whole.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      byte[] part = Arrays.copyOf(damaged, damaged.length - random.nextInt(damaged.length / 2));
      try {
        assertThat(reader.takingPart().decode("x", part).samples().length).isPositive();
      } catch (InputException e) {
        assertThat(e).hasMessageMatching("x: [^\n/]+; [^\n/]+");
      }
    }
  }

  /** What would open other files, show texts, or is none of the formats in the list. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:SOUND\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile 'SOUND'\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        "1\n00:00:00,000 --> 00:00:04,000\nhello\n\n",
        "[Script Info]\n[Events]\nDialogue: 0,0:00:00.00,0:00:04.00,x,,0,0,0,,hi\n",
        "WEBVTT\n\n00:00.000 --> 00:04.000\nhello\n",
        "RIFF....AVI LIST....hdrl",
        "MThd\0\0\0\6",
        "\u0089PNG\r\n\u001a\n",
        "no sound",
        "ID3\4"
      })
  void otherKinds(String content) {
    String named = content.replace("SOUND", TinyWhisper.sound("s16.wav").toString());
    byte[] file = named.getBytes(StandardCharsets.ISO_8859_1);
    assertRefused(
        file, Kind.UNSUPPORTED_SOUND, "it is no sound of a known format; give a WAV, MP3");
  }

  private void assertRefused(byte[] file, Kind kind, String why) {
    assertThatThrownBy(() -> reader.takingPart().decode("x", file))
        .isInstanceOfSatisfying(InputException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(why);
  }

  private static int indexOf(byte[] in, String what) {
    return new String(in, StandardCharsets.ISO_8859_1).indexOf(what);
  }

  @Test
  void aCodingThatIsNotReadIsNoDamage() throws IOException {
    assertRefused(bytes("dts.mka"), Kind.UNSUPPORTED_SOUND, "its coding dts is not read; give a");
  }

  /** A track whose samples stand in another file is none of this one. */
  @Test
  void samplesInAnotherFile() throws IOException {
    byte[] mp4 = bytes("lc.m4a");
    ByteBuffer.wrap(mp4).putInt(indexOf(mp4, "url ") + 4, 0);
    try {
      Waveform own = reader.takingPart().decode("x", mp4);
      assertThat(own.samples().length)
          .isEqualTo(reader.decode("x", bytes("lc.m4a")).samples().length);
    } catch (InputException e) {
      assertThat(e.kind()).isEqualTo(Kind.BAD);
    }
  }

  @Test
  void whatCannotBeDecodedAtAllIsRefused() throws IOException {
    Random random = new Random(7);
    for (String name : List.of("browser.webm", "first.m4a", "adts.aac")) {
      byte[] noise = bytes(name);
      for (int at = name.equals("adts.aac") ? 8 : noise.length / 3; at < noise.length; at++) {
        noise[at] = (byte) random.nextInt();
      }
      assertRefused(noise, Kind.BAD, "the sound is ");
    }
  }

  /** Of a long recording the index is long, and says far from both ends what the coding is. */
  @Test
  void opusThatIsToldFarFromBothEnds() throws IOException {
    byte[] mp4 = bytes("opus.mp4");
    int far = 100_000;
    int before = indexOf(mp4, "free") + 4;
    int chunks = indexOf(mp4, "stco") + 8;
    ByteBuffer spread = ByteBuffer.allocate(mp4.length + far + 8 + far);
    spread.put(mp4, 0, before).putInt(before - 8, 8 + far).position(before + far);
    spread.put(mp4, before, mp4.length - before).putInt(8 + far).put("free".getBytes(US_ASCII));
    for (int chunk = 1; chunk <= ByteBuffer.wrap(mp4).getInt(chunks); chunk++) {
      int at = far + chunks + 4 * chunk;
      spread.putInt(at, spread.getInt(at) + far);
    }
    float[] told = reader.decode("x", mp4).samples();
    float[] found = reader.decode("x", spread.array()).samples();
    assertThat(found).hasSize(told.length);
  }

  /** A few bytes that claim hours, or a sound that never begins. */
  @Test
  void bombs() throws IOException {
    byte[] mp4 = bytes("lc.m4a");
    ByteBuffer.wrap(mp4).putInt(indexOf(mp4, "stts") + 12, 1 << 30);
    ByteBuffer.wrap(mp4).putInt(indexOf(mp4, "elst") + 12, 1 << 30);
    assertThat(reader.takingPart().decode("x", mp4).samples().length).isLessThan(RATE);
    byte[] never = bytes("first.m4a");
    ByteBuffer.wrap(never).putInt(indexOf(never, "elst") + 16, 1 << 30);
    assertRefused(never, Kind.BAD, "nothing of it can be decoded");
  }

  /** A few bytes that last for an hour. */
  @Test
  void longSoundsInFewBytes() {
    SoundLimits hour = new SoundLimits(1 << 20, 3600);
    byte[] silent = ConstantFlac.of(192_000, 8, 600_000, 0, true);
    SoundReader quick = new SoundReader(RATE, hour.quick(), Interruption.NEVER);
    assertThatThrownBy(() -> quick.decode("x", silent))
        .isInstanceOfSatisfying(
            InputException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE))
        .hasMessageContaining("more than the 4000000 samples allowed in all channels");
    byte[] fitting = ConstantFlac.of(192_000, 8, 400_000, 0, false);
    assertThat(quick.decode("x", fitting).samples()).hasSize(33_334);
  }

  /** Files on a disk may have any name. */
  @Test
  void namesOfFiles() throws IOException {
    Path folder = Files.createTempDirectory("sounds");
    for (String name : List.of("pipe:0", "a b.m4a", "-i.mp4", "%03d.m4a", "concat:x|y")) {
      Path file = Files.write(folder.resolve(name), bytes("lc.m4a"));
      assertThat(reader.read(file).samples()).isNotEmpty();
      Files.delete(file);
    }
    Files.delete(folder);
  }

  /** Samples of many threads are those of one. */
  @Test
  void manyAtOnce() throws IOException, URISyntaxException {
    names().toList().parallelStream()
        .forEach(
            name -> {
              try {
                float[] first = reader.decode("x", bytes(name)).samples();
                assertThat(reader.decode("x", bytes(name)).samples()).containsExactly(first);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
  }

  @Test
  void decodingEndsWhenNobodyWaits() throws IOException {
    byte[] file = ConstantFlac.of(192_000, 2, 60 * 192_000, 0, false);
    for (int wanted : new int[] {0, 1, 2, 5}) {
      AtomicInteger looks = new AtomicInteger();
      SoundReader stopped =
          new SoundReader(RATE, SoundLimits.DEFAULT, () -> looks.incrementAndGet() > wanted);
      assertThatThrownBy(() -> stopped.decode("x", file)).isInstanceOf(CancellationException.class);
    }
  }

  @Test
  void anInterruptedThreadStops() throws Exception {
    byte[] file = ConstantFlac.of(192_000, 2, 60 * 192_000, 0, false);
    Thread thread =
        Thread.ofVirtual()
            .unstarted(
                () -> {
                  SoundReader ofThread =
                      new SoundReader(RATE, SoundLimits.DEFAULT, Interruption.OF_THREAD);
                  assertThatThrownBy(() -> ofThread.decode("x", file))
                      .isInstanceOf(CancellationException.class);
                });
    thread.start();
    Thread.sleep(50);
    thread.interrupt();
    thread.join();
  }
}
