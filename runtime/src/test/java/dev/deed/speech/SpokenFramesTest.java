package dev.deed.speech;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.files.Interruption;
import dev.deed.processing.sound.LogMelProcessor;
import dev.deed.processing.sound.Spectrogram;
import dev.deed.processing.sound.Waveform;
import dev.deed.speech.SpokenFrames.Span;
import dev.deed.speech.SpokenFrames.Times;
import dev.deed.speech.VoiceActivity.Stretch;
import dev.deed.testing.Vowels;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Speech that is put behind one another, and its times in the recording; random stretches. */
final class SpokenFramesTest {
  private static final int HOP = 160;
  private static final int PADDING = 40;
  private static final int WINDOW = 3000;
  private static final LogMelProcessor WHISPER = new LogMelProcessor(80, 16_000, 400, 160, 30, 0);

  private static SpokenFrames random(Random random) {
    List<Stretch> stretches = new ArrayList<>();
    int samples = 0;
    for (int i = random.nextInt(8); i > 0; i--) {
      int start = samples + random.nextInt(600_000);
      samples = start + 100 + random.nextInt(900_000);
      stretches.add(new Stretch(start, samples));
    }
    int frames = Math.ceilDiv(samples + random.nextInt(90_000) + 1, HOP);
    return SpokenFrames.of(stretches, HOP, frames, PADDING);
  }

  @Test
  void everyFrameHasOnePlaceAndTimesRise() {
    for (int seed = 0; seed < 300; seed++) {
      SpokenFrames spoken = random(new Random(seed));
      int before = -1;
      for (int frame = 0; frame < spoken.frames(); frame++) {
        int at = spoken.inRecording(frame);
        assertThat(at).isGreaterThan(before).isLessThan(spoken.recorded());
        assertThat(spoken.from(at)).isEqualTo(frame);
        before = at;
      }
      assertThat(spoken.spans().stream().mapToInt(span -> span.end() - span.start()).sum())
          .isEqualTo(spoken.frames());
      assertThat(spoken.from(spoken.recorded())).isEqualTo(spoken.frames());
    }
  }

  @Test
  void samplesOfSpeechStayInTheirOrder() {
    for (int seed = 0; seed < 30; seed++) {
      SpokenFrames spoken = random(new Random(seed));
      float[] samples = new float[Math.max(1, spoken.recorded() * HOP - seed * 5 % HOP)];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = i;
      }
      float[] packed = spoken.of(samples, HOP);
      assertThat(Math.ceilDiv(packed.length, HOP)).isEqualTo(spoken.frames());
      for (int i = 0; i < packed.length; i++) {
        assertThat(packed[i]).isEqualTo(spoken.inRecording(i / HOP) * HOP + i % HOP);
      }
    }
  }

  @Test
  void segmentsAndWordsLieInTheRecording() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      SpokenFrames spoken = random(random);
      for (int i = 0; i < 50 && spoken.frames() > 0; i++) {
        int start = random.nextInt(spoken.frames());
        // An answer may name a time behind the end of the sound.
        int end = start + random.nextInt(WINDOW);
        for (Times times : List.of(spoken.ofSegment(start, end), spoken.ofWord(start, end))) {
          assertThat(times.start()).isBetween(0, times.end());
          assertThat(times.end()).isLessThanOrEqualTo(spoken.recorded());
        }
        Times word = spoken.ofWord(start, end);
        assertThat(spoken.spans())
            .anyMatch(span -> span.start() <= word.start() && word.end() <= span.end());
      }
    }
  }

  @Test
  void paddingBesideOtherSpeechDoesNotCount() {
    SpokenFrames spoken =
        SpokenFrames.of(
            List.of(new Stretch(16_000, 48_000), new Stretch(160_000, 192_000)), HOP, 2000, 40);
    assertThat(spoken.spans()).containsExactly(new Span(100, 300, 0), new Span(1000, 1200, 200));
    assertThat(spoken.ofSegment(170, 390)).isEqualTo(new Times(1000, 1190));
    assertThat(spoken.ofSegment(10, 230)).isEqualTo(new Times(110, 300));
    assertThat(spoken.ofSegment(10, 390)).isEqualTo(new Times(110, 1190));
    assertThat(spoken.ofWord(190, 250)).isEqualTo(new Times(1000, 1050));
  }

  @Test
  void whatAnAnswerLeavesOutIsHeardInTheNextWindow() {
    BitSet heard = new BitSet();
    heard.set(10, 500);
    heard.set(600, 900);
    RecordedFrames frames =
        new RecordedFrames(
            new Spectrogram(1, 1000, new float[1000]),
            SpokenFrames.of(List.of(new Stretch(0, 1000 * HOP)), HOP, 1000, PADDING),
            WINDOW,
            heard,
            true,
            -1,
            -1,
            null,
            10,
            0);
    assertThat(frames.rest(450, 1000)).isEqualTo(500);
    assertThat(frames.rest(520, 1000)).isEqualTo(520);
    assertThat(frames.rest(850, 1000)).isEqualTo(1000);
    assertThat(frames.rest(1200, 1000)).isEqualTo(1000);
    assertThat(frames.times(500, 900)).isEqualTo(new Times(580, 900));
    assertThat(frames.times(595, 900)).isEqualTo(new Times(595, 900));
    assertThat(frames.times(900, 950)).isEqualTo(new Times(900, 950));
  }

  /** 0 is no silence in a spectrogram: behind it Whisper wrote one sentence of twelve. */
  @Test
  void aWindowThatEndsInAPauseIsFilledUpWithSilence() {
    float[] samples = new float[70 * 16_000];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) Math.sin(i * 0.1) * (i / 16_000 % 2);
    }
    RecordedFrames frames =
        RecordedFrames.of(new Waveform(16_000, samples, 0), WHISPER, null, Interruption.OF_THREAD);
    float loudest = 0;
    for (float value : frames.spectrogram().values()) {
      loudest = Math.max(loudest, value);
    }
    float[] cut = frames.window(0, 2000, WINDOW);
    float[] last = frames.window(5000, 2000, WINDOW);
    assertThat(cut[1999]).isEqualTo(frames.spectrogram().values()[1999]);
    assertThat(cut[2000]).isEqualTo(loudest - 2).isLessThan(0);
    assertThat(cut[WINDOW + 2999]).isEqualTo(loudest - 2);
    assertThat(last[2999]).isZero();
  }

  /** A short recording is heard as a whole; voices are looked for when somebody asks. */
  @Test
  void voicesOfAShortRecordingAreFoundLater() {
    Waveform vowels = new Waveform(16_000, Vowels.samples(5, 15, 40), 0);
    VoiceActivity usual = VoiceActivity.defaults().inLongRecordings();
    RecordedFrames frames = RecordedFrames.of(vowels, WHISPER, usual, Interruption.OF_THREAD);
    assertThat(frames.knowsVoices()).isFalse();
    assertThat(frames.frames()).isEqualTo(4000);
    assertThat(frames.voiced(0, 4000)).isBetween(800, 1100);
    assertThat(frames.voiced(1600, 4000)).isLessThan(50);
    assertThat(frames.framesFrom(0, 2000)).isEqualTo(2000);
    assertThat(frames.byVoices().framesFrom(0, 2000)).isBetween(1500, 1900);
    assertThat(frames.bytes()).isGreaterThan(4L * 40 * 16_000);
    RecordedFrames deaf = RecordedFrames.of(vowels, WHISPER, null, Interruption.OF_THREAD);
    assertThat(deaf.voiced(0, 4000)).isZero();
  }

  @Test
  void windowsCoverAllSpeechOnceAndEndInPauses() {
    for (int seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      int count = 1 + random.nextInt(20_000);
      BitSet heard = new BitSet();
      for (int i = 0; i < count; ) {
        int length = 1 + random.nextInt(seed % 2 == 0 ? 400 : 2500);
        heard.set(i, Math.min(count, i + length), i % 2 == 0);
        i += length;
      }
      RecordedFrames frames =
          new RecordedFrames(
              new Spectrogram(1, count, new float[count]),
              SpokenFrames.of(List.of(new Stretch(0, count * HOP)), HOP, count, PADDING),
              WINDOW,
              heard,
              true,
              -1,
              -1,
              null,
              count / 100.0,
              0);
      int windows = 0;
      for (int seek = 0; seek < count; windows++) {
        int length = frames.framesFrom(seek, frames.windowFrames());
        assertThat(length).isBetween(Math.min(WINDOW * 2 / 3, count - seek), WINDOW);
        int end = seek + length;
        boolean hasPause = heard.nextClearBit(seek + WINDOW * 2 / 3) < seek + WINDOW;
        assertThat(end == count || !heard.get(end) || !hasPause).isTrue();
        seek = end;
      }
      assertThat(windows).isLessThanOrEqualTo(count / (WINDOW * 2 / 3) + 1);
    }
  }
}
