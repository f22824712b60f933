package dev.deed.springai;

import dev.deed.speech.TranscriptionOptions;
import org.springframework.ai.audio.transcription.AudioTranscriptionOptions;

/**
 * How a prompt wants its recording to be transcribed. Immutable.
 *
 * @param all language, task, times, in place of those with which the model was made
 */
public record EngineTranscriptionOptions(TranscriptionOptions all)
    implements AudioTranscriptionOptions {
  /** {@return nothing: whichever model answers} */
  @Override
  public String getModel() {
    return "";
  }
}
