package dev.deed.spark;

import dev.deed.Engine;
import dev.deed.GeneratedSequence;
import dev.deed.Generation;
import dev.deed.Token;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptSegment;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.value.Exit;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import dev.deed.value.Timing;
import java.util.Collections;
import java.util.List;

/** Transcribes recordings of rows. Safe for use from many threads. */
record SharedTranscriber(Engine engine) {
  /**
   * @throws InputException when the model takes no sound, or they do not suit it
   */
  void check(TranscriptionOptions options) {
    Transcriber.of(engine).check(options);
  }

  /**
   * The transcript as one answer.
   *
   * @throws InputException when the recording cannot be read as a whole
   */
  Generation transcribe(Recording recording, TranscriptionOptions options) {
    Transcriber transcriber = Transcriber.of(engine);
    Recording read = transcriber.read(recording, options);
    // A row has no place to say what its text lacks.
    InputException.require(
        read.missingSeconds() == 0, "sound", "the sound is truncated", "give a complete file");
    return answer(transcriber.transcribe(read, options));
  }

  private static Generation answer(Transcript transcript) {
    List<Token> tokens =
        transcript.segments().stream()
            .map(TranscriptSegment::tokens)
            .flatMap(List::stream)
            .toList();
    double mean = tokens.stream().mapToDouble(Token::logProbability).average().orElse(0);
    List<List<Exit>> dropped = Collections.nCopies(tokens.size(), List.of());
    return new Generation(
        List.of(new GeneratedSequence(transcript.text(), tokens, Finish.EOS, mean, dropped, 0)),
        false,
        true,
        transcript.effort(),
        null,
        new Timing(0, 0, 0));
  }
}
