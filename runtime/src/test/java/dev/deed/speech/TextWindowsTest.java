package dev.deed.speech;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.testing.TinyWhisper;
import dev.deed.testing.Vowels;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Words of a known text, in windows of a second of a tiny Whisper that hears nonsense. */
final class TextWindowsTest {
  private static final TranscriptionOptions OPTIONS =
      TranscriptionOptions.defaults().withLanguage("en");

  @TempDir private Path folder;
  private EncoderDecoderModel model;
  private Engine engine;
  private Transcriber transcriber;

  @BeforeEach
  void open() throws IOException {
    model = EncoderDecoderModel.open(TinyWhisper.thatTranscribes(folder), 1);
    engine = model.engine(EngineOptions.defaults());
    transcriber = Transcriber.of(engine);
  }

  @AfterEach
  void close() {
    engine.close();
    model.close();
  }

  private static Recording speech() {
    return Recording.of(Vowels.samples(0.5, 5.5, 6), 16_000);
  }

  private static String course(double... gains) {
    int[] places = new int[gains.length];
    for (int i = 0; i < places.length; i++) {
      places[i] = 100 * i;
    }
    return course(gains, places);
  }

  private static String course(double[] gains, int[] places) {
    StringBuilder course = new StringBuilder();
    for (boolean isSaid : TextWindows.saidOf(gains, places, 75)) {
      course.append(isSaid ? '+' : '-');
    }
    return course.toString();
  }

  @Test
  void wordsBehindTheLastThatGainsAreOfLaterWindows() {
    assertThat(course(3, 2, 4, -1, -0.5, -1)).isEqualTo("+++");
    assertThat(course(-1, -1)).isEmpty();
    assertThat(course()).isEmpty();
  }

  @Test
  void aWordThatLosesALittleIsSaidAndManyAreNot() {
    assertThat(course(3, -1, 4)).isEqualTo("+++");
    assertThat(course(3, 3, -3, -3, -3, -3, -3, 6, 6, 6)).isEqualTo("++-----+++");
    assertThat(course(-3, -3, -3, 9, 9)).isEqualTo("---++");
  }

  @Test
  void whatLooksWhereEarlierWordsAreIsNotSaidAgain() {
    double[] gains = {5, 5, 5, 3, 3, 3};
    assertThat(course(gains, new int[] {100, 300, 500, 600, 700, 800})).isEqualTo("++++++");
    assertThat(course(gains, new int[] {100, 300, 500, 100, 200, 300})).isEqualTo("+++");
  }

  @Test
  void everyWordComesBackOnceAndTimesRise() {
    String text = "w1 w2 w3. w4 -- w5, w6 w7!\n\nw8 w9 w1";
    Transcript transcript = transcriber.transcribe(speech(), OPTIONS.withText(text));
    assertThat(transcript.words())
        .extracting(TranscriptWord::word)
        .containsExactly("w1", "w2", "w3.", "w4 --", "w5,", "w6", "w7!", "w8", "w9", "w1");
    assertThat(transcript.segments()).hasSize(3);
    double last = 0;
    for (TranscriptWord word : transcript.words()) {
      if (word.hasTimes()) {
        assertThat(word.start()).isBetween(last, 6.0);
        assertThat(word.end()).isBetween(word.start(), 6.2);
        assertThat(word.probability()).isBetween(0.0, 1.0);
        last = word.start();
      }
    }
    boolean isWhole = transcript.words().stream().allMatch(TranscriptWord::hasTimes);
    assertThat(transcript.warning() == null).isEqualTo(isWhole);
  }

  @Test
  void aStoppedRunGoesOnToTheSameWords() {
    TranscriptionOptions options = OPTIONS.withText("w1 w2 w3 w4 w5 w6 w7 w8 w9");
    Transcript whole = transcriber.transcribe(speech(), options);
    List<TranscriptSegment> segments = new ArrayList<>();
    WindowEnd[] end = new WindowEnd[1];
    assertThatThrownBy(
            () ->
                transcriber.transcribe(
                    speech(),
                    options,
                    progress -> {
                      segments.addAll(progress.segments());
                      end[0] = progress.end();
                      return progress.doneSeconds() < 3;
                    }))
        .isInstanceOf(CancellationException.class);
    Transcript rest =
        transcriber.transcribe(
            speech(), options, _ -> true, new PartialTranscript(segments, end[0]));
    assertThat(rest.words()).isEqualTo(whole.words());
  }

  @Test
  void subtitlesKeepTheirCues() {
    String srt =
        """
        1
        00:00:09,000 --> 00:00:10,000
        <i>w1 w2</i>
        - w3

        2
        00:00:11,000 --> 00:00:12,000
        ♪

        3
        00:01:00,000 --> 00:01:02,000
        w4
        """;
    Transcript transcript = transcriber.transcribe(speech(), OPTIONS.withText(srt));
    assertThat(transcript.segments())
        .extracting(TranscriptSegment::text)
        .containsExactly("<i>w1 w2</i>\n- w3", "♪", "w4");
    assertThat(transcript.segments().get(1).words()).isEmpty();
    assertThat(transcript.segments().get(1).start()).isNaN();
    String vtt = "WEBVTT - talk\n\nNOTE w9\n\n00:01.000 --> 00:02.000 line:0\nw1 &amp; w2\n";
    assertThat(transcriber.transcribe(speech(), OPTIONS.withText(vtt)).words())
        .extracting(TranscriptWord::word)
        .containsExactly("w1 &", "w2");
  }

  @Test
  void aTextWithoutWordsIsRefused() {
    for (String text : List.of("", " \n", "... -- !", "WEBVTT\n\nNOTE w1\n")) {
      assertThatThrownBy(() -> transcriber.check(OPTIONS.withText(text)))
          .as(text)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("text: holds no words; give what is said");
    }
    String longest = "w1 ".repeat(TranscriptionOptions.LONGEST_TEXT / 3 + 1);
    assertThatThrownBy(() -> transcriber.check(OPTIONS.withText(longest)))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("text: has more than 1048576 bytes");
  }
}
