package dev.deed.speech;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.value.Effort;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a transcript says of what it lacks. */
final class TranscriptTest {
  private static Transcript lacking(double end, double words) {
    return new Transcript(
        "en", SpeechTask.TRANSCRIBE, 60, List.of(), Effort.NONE, null, end, words);
  }

  @Test
  void aWarningTellsOfSpeechWithoutWords() {
    String wordless =
        "about 21 s of speech have no words in the transcript: listen to them, or transcribe them"
            + " alone";
    assertThat(lacking(0, 0).warning()).isNull();
    assertThat(lacking(0, 21.3).warning()).isEqualTo(wordless);
    assertThat(lacking(1, 21.3).warning())
        .startsWith("the recording is cut off or damaged: the last 1.0 s of 61.0 s")
        .endsWith("; " + wordless);
  }
}
