package dev.deed.sound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.deed.files.Interruption;
import dev.deed.processing.sound.SoundLimits;
import dev.deed.processing.sound.SoundReader;
import dev.deed.processing.sound.Waveform;
import dev.deed.value.InputException;
import dev.deed.value.InputException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sounds made by {@code tools/make_compressed_sounds.py}, with what ffmpeg decodes of them. */
final class CompressedSoundTest {
  private static final int RATE = 16_000;

  private final SoundReader reader = new SoundReader(RATE, SoundLimits.DEFAULT, Interruption.NEVER);

  static Stream<String> names() throws IOException, URISyntaxException {
    Path folder =
        Path.of(Objects.requireNonNull(CompressedSoundTest.class.getResource("/sounds")).toURI());
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names = files.map(file -> file.getFileName().toString()).sorted().toList();
      return names.stream().filter(name -> names.contains(name + ".flac"));
    }
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in = CompressedSoundTest.class.getResourceAsStream("/sounds/" + name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    }
  }

  /** The noise of noise.m4a is each decoder's own; elsewhere rounding to 16 bits is all. */
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
  @ValueSource(
      strings = {
        "mpeg1.mp3",
        "no_xing.mp3",
        "first.m4a",
        "fragments.mp4",
        "adts.aac",
        "vorbis.ogg",
        "voip.opus",
        "browser.webm",
        "flac.oga"
      })
  void recordingsThatAreCutOff(String name) throws IOException {
    byte[] whole = bytes(name);
    SoundReader lenient = reader.takingPart();
    float[] all = lenient.decode("x", whole).samples();
    byte[] part = Arrays.copyOf(whole, (int) (0.8 * whole.length) + 1);
    assertThatThrownBy(() -> reader.decode("x", part)).hasMessageContaining("truncated");
    if (name.equals("vorbis.ogg")) {
      return; // All of it stands on one page.
    }
    Waveform heard = lenient.decode("x", part);
    assertThat(heard.samples().length).isBetween(all.length / 4, all.length - 1);
    int same = heard.samples().length - 60;
    assertThat(Arrays.copyOf(heard.samples(), same)).containsExactly(Arrays.copyOf(all, same));
    if (name.matches("mpeg1.mp3|first.m4a")) {
      double missing = (all.length - heard.samples().length) / (double) RATE;
      assertThat(heard.missing()).isCloseTo(missing, within(0.02));
    } else {
      assertThat(heard.missing()).isNaN();
    }
  }

  /** Whatever changes, there is a sound or one line. */
  @ParameterizedTest
  @MethodSource("names")
  void damage(String name) throws IOException {
    byte[] whole = bytes(name);
    Random random = new Random(1);
    for (int i = 0; i < 60; i++) {
      byte[] damaged = whole.clone();
      for (int change = random.nextInt(4); change >= 0; change--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      byte[] part = Arrays.copyOf(damaged, damaged.length - random.nextInt(damaged.length / 2));
      try {
        assertThat(reader.takingPart().decode("x", part).samples().length).isPositive();
      } catch (InputException e) {
        assertThat(e).hasMessageMatching("x: [^\n]+; [^\n]+");
      }
    }
  }

  @Test
  void codingsThatAreNotReadAreNamed() throws IOException {
    assertRefused(bytes("alac.m4a"), "no decoder is there for its coding ALAC");
    assertRefused(bytes("speex.ogg"), "coding Speex");
    byte[] high = bytes("lc.m4a");
    // AudioSpecificConfig: object type 5 in place of 2.
    int header = indexOf(high, new byte[] {5, (byte) 0x80, (byte) 0x80, (byte) 0x80}) + 5;
    high[header] = (byte) (5 << 3 | high[header] & 7);
    assertRefused(high, "coding HE-AAC");
    byte[] chain = Arrays.copyOf(bytes("voip.opus"), 2 * bytes("voip.opus").length);
    System.arraycopy(chain, 0, chain, chain.length / 2, chain.length / 2);
    assertRefused(chain, "chain of Oggs");
  }

  private void assertRefused(byte[] file, String why) {
    assertThatThrownBy(() -> reader.decode("x", file))
        .isInstanceOfSatisfying(
            InputException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED_SOUND))
        .hasMessageContaining(why);
  }

  private static int indexOf(byte[] in, byte[] what) {
    String all = new String(in, StandardCharsets.ISO_8859_1);
    return all.indexOf(new String(what, StandardCharsets.ISO_8859_1));
  }

  /** A few bytes that claim hours, or tables of gigabytes. */
  @Test
  void bombs() throws IOException {
    byte[] ogg = bytes("voip.opus");
    int last = new String(ogg, StandardCharsets.ISO_8859_1).lastIndexOf("OggS");
    ogg[last + 10] = 1;
    // Its one page may be the last of a stream that began hours before.
    assertThat(reader.decode("x", ogg).samples().length).isLessThan(RATE);
    byte[] mp4 = bytes("lc.m4a");
    ByteBuffer.wrap(mp4).putInt(indexOf(mp4, new byte[] {'s', 't', 't', 's'}) + 12, 1 << 30);
    ByteBuffer.wrap(mp4).putInt(indexOf(mp4, new byte[] {'e', 'l', 's', 't'}) + 12, 1 << 30);
    assertTooLarge(mp4);
    byte[] vorbis = bytes("vorbis.webm");
    int book = indexOf(vorbis, new byte[] {'B', 'C', 'V'});
    Arrays.fill(vorbis, book + 5, book + 8, (byte) 0xff);
    assertThatThrownBy(() -> reader.decode("x", vorbis))
        .hasMessageContaining("the sound is damaged: a packet of its VORBIS cannot be decoded");
  }

  private void assertTooLarge(byte[] file) {
    assertThatThrownBy(() -> reader.decode("x", file))
        .isInstanceOfSatisfying(
            InputException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE))
        .hasMessageContaining("lasts for more than the 30 s allowed");
  }

  /** Samples of many threads are those of one: libraries share tables. */
  @Test
  void manyAtOnce() throws IOException, URISyntaxException {
    List<String> all = names().toList();
    Stream.concat(all.stream(), all.stream())
        .parallel()
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
    AtomicInteger looks = new AtomicInteger();
    SoundReader stopped =
        new SoundReader(RATE, SoundLimits.DEFAULT, () -> looks.incrementAndGet() > 2);
    byte[] file = bytes("mpeg1.mp3");
    assertThatThrownBy(() -> stopped.decode("x", file)).isInstanceOf(CancellationException.class);
  }
}
