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
import dev.deed.value.Result;
import dev.deed.value.Timing;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Transcribes recordings of rows, each on a thread of its own, which waits for its windows most of
 * the time. Safe for use from many threads.
 */
record SharedTranscriber(Engine engine) {
  /**
   * @throws InputException when the model takes no sound, or they do not suit it
   */
  void check(TranscriptionOptions options) {
    Transcriber.of(engine).check(options);
  }

  CompletableFuture<Result<Generation>> ask(Recording recording, TranscriptionOptions options) {
    CompletableFuture<Result<Generation>> result = new CompletableFuture<>();
    Thread thread =
        Thread.ofVirtual().name("deed-recording").unstarted(() -> run(recording, options, result));
    result.whenComplete(
        (_, _) -> {
          if (result.isCancelled()) {
            thread.interrupt();
          }
        });
    thread.start();
    return result;
  }

  private void run(
      Recording recording,
      TranscriptionOptions options,
      CompletableFuture<Result<Generation>> result) {
    try {
      Transcriber transcriber = Transcriber.of(engine);
      Recording read = transcriber.read(recording, options);
      // A row has no place to say what its text lacks.
      InputException.require(
          read.missingSeconds() == 0, "sound", "the sound is truncated", "give a complete file");
      result.complete(new Result.Answered<>(answer(transcriber.transcribe(read, options))));
    } catch (InputException e) {
      result.complete(new Result.Refused<>(e));
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
    }
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
