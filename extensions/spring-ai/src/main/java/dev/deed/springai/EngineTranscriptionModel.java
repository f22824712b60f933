package dev.deed.springai;

import dev.deed.Engine;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptSegment;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.value.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.Collectors;
import org.springframework.ai.audio.transcription.AudioTranscription;
import org.springframework.ai.audio.transcription.AudioTranscriptionOptions;
import org.springframework.ai.audio.transcription.AudioTranscriptionPrompt;
import org.springframework.ai.audio.transcription.AudioTranscriptionResponse;
import org.springframework.ai.audio.transcription.AudioTranscriptionResponseMetadata;
import org.springframework.ai.audio.transcription.TranscriptionModel;
import org.springframework.core.io.Resource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * Transcribes recordings of any length with an engine whose model is like Whisper. Requests share
 * its batch. Safe for use from many threads, virtual ones too.
 */
public final class EngineTranscriptionModel implements TranscriptionModel {
  /** Name of the {@link Transcript} in the metadata of a response. */
  public static final String TRANSCRIPT = "transcript";

  /**
   * How a prompt wants its recording to be transcribed. Immutable.
   *
   * @param all in place of the options with which the model was made
   */
  public record Options(TranscriptionOptions all) implements AudioTranscriptionOptions {
    /** {@return nothing: whichever model answers} */
    @Override
    public String getModel() {
      return "";
    }
  }

  private final Transcriber transcriber;
  private final String name;
  private final TranscriptionOptions options;

  /**
   * Makes a model.
   *
   * @param engine stays the caller's, who closes it last
   * @param name by which prompts may call the model
   * @param options how to transcribe where a prompt does not say
   * @throws InputException when the model takes no sound, or the options do not suit it
   */
  public EngineTranscriptionModel(Engine engine, String name, TranscriptionOptions options) {
    this.transcriber = Transcriber.of(engine);
    this.name = Objects.requireNonNull(name, "name");
    this.options = Objects.requireNonNull(options, "options");
    transcriber.check(options);
  }

  /**
   * Transcribes a recording. Segments, times and the language are the {@link #TRANSCRIPT} of the
   * response's metadata. {@link Options} say how; of others the name of the model counts.
   *
   * @throws InputException when it cannot be read, or the options do not suit the model
   * @throws dev.deed.EngineFullException when the engine has no place for it, or is closed
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  @Override
  public AudioTranscriptionResponse call(AudioTranscriptionPrompt prompt) {
    Transcript transcript =
        transcriber.transcribe(recording(prompt.getInstructions()), options(prompt));
    AudioTranscriptionResponseMetadata metadata = new AudioTranscriptionResponseMetadata();
    metadata.put(TRANSCRIPT, transcript);
    return new AudioTranscriptionResponse(new AudioTranscription(transcript.text()), metadata);
  }

  /**
   * Transcribes a recording as {@link #call} does, with the text of each window when it is whole.
   * The texts joined are the transcript's. Who cancels ends it after the window at hand.
   */
  @Override
  public Flux<AudioTranscriptionResponse> stream(AudioTranscriptionPrompt prompt) {
    return Flux.create(
        sink -> Thread.ofVirtual().name("deed-transcript").start(() -> stream(prompt, sink)));
  }

  private void stream(AudioTranscriptionPrompt prompt, FluxSink<AudioTranscriptionResponse> sink) {
    try {
      boolean[] hasText = {false};
      transcriber.transcribe(
          recording(prompt.getInstructions()),
          options(prompt),
          progress -> {
            String text =
                progress.segments().stream()
                    .map(TranscriptSegment::text)
                    .collect(Collectors.joining());
            String added = hasText[0] ? text : text.stripLeading();
            if (!added.isEmpty()) {
              hasText[0] = true;
              sink.next(new AudioTranscriptionResponse(new AudioTranscription(added)));
            }
            return !sink.isCancelled();
          });
      sink.complete();
    } catch (RuntimeException | Error e) {
      if (!sink.isCancelled()) {
        sink.error(e);
      }
    }
  }

  private static Recording recording(Resource resource) {
    try {
      if (resource.isFile()) {
        return Recording.of(resource.getFile().toPath());
      }
      try (InputStream stream = resource.getInputStream()) {
        return Recording.of(stream);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TranscriptionOptions options(AudioTranscriptionPrompt prompt) {
    AudioTranscriptionOptions given = prompt.getOptions();
    if (given == null) {
      return options;
    }
    String called = given.getModel();
    InputException.require(
        called == null || called.isEmpty() || called.equals(name),
        "model " + called,
        "does not transcribe here",
        "say " + name + ", or nothing");
    return given instanceof Options own ? own.all() : options;
  }
}
