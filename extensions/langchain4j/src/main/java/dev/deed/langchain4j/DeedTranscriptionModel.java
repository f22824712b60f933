package dev.deed.langchain4j;

import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptionOptions;
import dev.langchain4j.data.audio.Audio;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.audio.AudioTranscriptionModel;
import dev.langchain4j.model.audio.AudioTranscriptionRequest;
import dev.langchain4j.model.audio.AudioTranscriptionResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/**
 * Transcribes recordings of any length with a model like Whisper. Requests share one batch of the
 * engine. Safe for use from many threads.
 */
public final class DeedTranscriptionModel implements AudioTranscriptionModel, AutoCloseable {
  private final LocalModel model;
  private final Transcriber transcriber;
  private final TranscriptionOptions options;

  private DeedTranscriptionModel(Builder builder) {
    this.options = builder.options;
    this.model = builder.open(Duration.ZERO);
    try {
      this.transcriber = Transcriber.of(model.engine());
      transcriber.check(options);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  /** {@return what makes such a model} */
  public static Builder builder() {
    return new Builder();
  }

  /** What makes a model. Belongs to one thread. */
  public static final class Builder extends DeedModelBuilder<Builder> {
    private TranscriptionOptions options = TranscriptionOptions.defaults();

    private Builder() {}

    @Override
    Builder self() {
      return this;
    }

    /**
     * {@return this}
     *
     * @param all how to transcribe, where a request does not say
     */
    public Builder transcriptionOptions(TranscriptionOptions all) {
      options = Objects.requireNonNull(all, "options");
      return this;
    }

    /**
     * Opens the model.
     *
     * @return a model, to be closed
     * @throws dev.deed.value.InputException when it cannot be opened, or takes no sound
     */
    public DeedTranscriptionModel build() {
      return new DeedTranscriptionModel(this);
    }
  }

  /** An answer with its segments, their times and its language. */
  public static final class Response extends AudioTranscriptionResponse {
    private final Transcript transcript;

    private Response(Transcript transcript) {
      super(transcript.text());
      this.transcript = transcript;
    }

    /** {@return what was said, with times} */
    public Transcript transcript() {
      return transcript;
    }
  }

  @Override
  public Response transcribe(AudioTranscriptionRequest request) {
    return LocalModel.call(
        () -> new Response(transcriber.transcribe(recording(request.audio()), options(request))));
  }

  private static Recording recording(Audio audio) {
    if (audio.binaryData() != null) {
      return Recording.of(audio.binaryData());
    }
    if (audio.base64Data() != null) {
      return Recording.of(Base64.getDecoder().decode(audio.base64Data()));
    }
    if (audio.url() != null && "file".equals(audio.url().getScheme())) {
      return Recording.of(Path.of(audio.url()));
    }
    throw new UnsupportedFeatureException(
        "a recording that is fetched is not supported; give its bytes, or the URL of a file");
  }

  private TranscriptionOptions options(AudioTranscriptionRequest request) {
    TranscriptionOptions made = options;
    if (request.language() != null) {
      made = made.withLanguage(request.language());
    }
    if (request.prompt() != null) {
      made = made.withPrompt(request.prompt());
    }
    if (request.temperature() != null) {
      made = made.withTemperatures(List.of(request.temperature()));
    }
    return made;
  }

  @Override
  public ModelProvider provider() {
    return ModelProvider.OTHER;
  }

  /** Closes the model, if it was opened for this. */
  @Override
  public void close() {
    model.close();
  }
}
