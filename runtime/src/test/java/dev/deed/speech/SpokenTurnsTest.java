package dev.deed.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.deed.files.Interruption;
import dev.deed.speech.SpokenTurns.Change;
import dev.deed.speech.SpokenTurns.Coding;
import dev.deed.testing.Vowels;
import dev.deed.value.InputException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Turns in sound that comes piece by piece. */
final class SpokenTurnsTest {
  /** What happened: places, and what a turn holds. */
  private record Heard(long ms, @Nullable List<Byte> sound) {}

  private static VoiceActivity voice(int silence, int padding) {
    return new VoiceActivity(0.5, 0.35, 0, silence, padding, 0);
  }

  /** Speech in 24 kHz and 16 bits. */
  static byte[] speech(double from, double to, double seconds) {
    float[] samples = Vowels.samples(from, to, seconds);
    ByteBuffer bytes = ByteBuffer.allocate(3 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < samples.length / 2; i++) {
      float first = samples[2 * i];
      float second = samples[2 * i + 1];
      float third = 2 * i + 2 < samples.length ? samples[2 * i + 2] : 0;
      for (float sample : new float[] {first, (first + 2 * second) / 3, (2 * second + third) / 3}) {
        bytes.putShort((short) (32_767 * Math.clamp(sample, -1f, 1f)));
      }
    }
    return bytes.array();
  }

  private static List<Heard> heard(SpokenTurns turns, byte[] sound, int piece) {
    List<Heard> all = new ArrayList<>();
    for (int at = 0; at < sound.length; at += piece) {
      byte[] more = Arrays.copyOfRange(sound, at, Math.min(sound.length, at + piece));
      turns.add(more);
      Change change = turns.next();
      for (; change != Change.NONE; change = turns.next()) {
        boolean began = change == Change.BEGAN;
        all.add(new Heard(turns.ms(), began ? null : bytes(turns.take(), 0)));
      }
    }
    return all;
  }

  private static List<Byte> bytes(byte[] all, int from) {
    List<Byte> list = new ArrayList<>();
    for (int i = from; i < all.length; i++) {
      list.add(all[i]);
    }
    return list;
  }

  @Test
  void theNetworkTellsTheSameWindowByWindow() {
    float[] samples = Vowels.samples(0.7, 4.1, 10);
    VoiceNetwork network = VoiceNetwork.shipped();
    float[] whole = network.probabilities(samples, Interruption.NEVER);
    VoiceNetwork.Cells cells = network.new Cells();
    float[] seen = new float[2 * VoiceNetwork.WINDOW];
    for (int i = 0; i < samples.length / VoiceNetwork.WINDOW; i++) {
      System.arraycopy(seen, VoiceNetwork.WINDOW, seen, 0, VoiceNetwork.WINDOW);
      System.arraycopy(
          samples, i * VoiceNetwork.WINDOW, seen, VoiceNetwork.WINDOW, VoiceNetwork.WINDOW);
      assertThat(cells.next(seen, 1, 1, Interruption.NEVER)).containsExactly(whole[i]);
    }
  }

  @Test
  void turnsAreTheSameHoweverTheSoundComes() {
    byte[] sound = speech(1, 3, 6);
    List<Heard> whole =
        heard(new SpokenTurns(Coding.PCM, voice(500, 300), 30), sound, sound.length);
    assertThat(whole).hasSize(2);
    long begin = whole.get(0).ms();
    long end = whole.get(1).ms();
    assertThat(begin).isBetween(600L, 1000L);
    assertThat(end).isBetween(3300L, 3900L);
    assertThat(whole.get(1).sound())
        .isEqualTo(bytes(Arrays.copyOf(sound, (int) (48 * end)), (int) (48 * begin)));
    for (int piece : new int[] {2, 962, 4800, 100_000}) {
      SpokenTurns turns = new SpokenTurns(Coding.PCM, voice(500, 300), 30);
      assertThat(heard(turns, sound, piece)).isEqualTo(whole);
      assertThat(turns.isTurn()).isFalse();
    }
  }

  @Test
  void longSpeechIsCutWithoutLoss() {
    byte[] sound = speech(0.5, 9.5, 14);
    SpokenTurns turns = new SpokenTurns(Coding.PCM, voice(5000, 300), 3);
    List<Heard> all = heard(turns, sound, 4800);
    long before = all.getFirst().ms();
    long behind = 0;
    for (int i = 0; i < all.size(); i += 2) {
      long begin = all.get(i).ms();
      long end = all.get(i + 1).ms();
      assertThat(end - begin).isBetween(1L, 3000L);
      // Padding reaches back to the turn before.
      assertThat(begin).isBetween(before, before + 400);
      before = end;
      behind = end;
    }
    assertThat(all).hasSizeGreaterThan(5);
    assertThat(behind).isGreaterThan(9400);
  }

  @Test
  void withoutVoicesTheCallerEndsTurnsAndTheLongestEndThemselves() {
    SpokenTurns turns = new SpokenTurns(Coding.MU_LAW, null, 2);
    assertThat(turns.isTurn()).isFalse();
    turns.add(new byte[12_000]);
    assertThat(turns.next()).isEqualTo(Change.NONE);
    assertThat(turns.isSpeaking()).isTrue();
    assertThat(turns.sound()).hasSize(12_000);
    turns.clear();
    assertThat(turns.isTurn()).isFalse();
    turns.add(new byte[33_000]);
    for (long end : new long[] {3500, 5500}) {
      assertThat(turns.next()).isEqualTo(Change.ENDED);
      assertThat(turns.ms()).isEqualTo(end);
      assertThat(turns.take()).hasSize(16_000);
    }
    assertThat(turns.next()).isEqualTo(Change.NONE);
    assertThat(turns.sound()).hasSize(1000);
  }

  @Test
  void aSecondOfSoundTakesAsMuchHoweverManyAreHeld() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    SpokenTurns turns = new SpokenTurns(Coding.MU_LAW, null, 300);
    byte[] piece = new byte[80];
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 20_000; i++) {
      turns.add(piece);
      turns.next();
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100_000_000);
    assertThat(turns.sound()).hasSize(1_600_000);
  }

  @Test
  void halfASampleIsRefused() {
    SpokenTurns turns = new SpokenTurns(Coding.PCM, null, 30);
    assertThatThrownBy(() -> turns.add(new byte[3]))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("ends within a sample");
  }
}
