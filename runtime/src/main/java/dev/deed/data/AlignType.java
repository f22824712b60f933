package dev.deed.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import dev.deed.speech.SpeechSettings;
import dev.deed.speech.Transcriber;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.value.InputException;
import dev.deed.value.TaskSetting;
import java.util.Set;

/** Tells when the words of a known text are said in recordings. */
public final class AlignType extends TaskType {
  /** What help says of it. */
  public static final String HELP =
      "Tells when the words of a text that you have are said in a recording (Whisper-type models).";

  public AlignType() {
    super("align", HELP, Set.of("task"), SpeechSettings.ALIGNING, Set.of(InputLine.AUDIO));
  }

  @Override
  public boolean isAnswer(JsonNode line) {
    return line.path("words").isArray() && line.path("duration").isNumber();
  }

  @Override
  public Task of(EncoderDecoderModel model, Asker asker, LineOptions options) {
    Transcriber transcriber = Transcriber.of(model, asker);
    TranscriptionOptions usual =
        TaskSetting.apply(
            SpeechSettings.ALIGNING, TranscriptionOptions.defaults(), options.settings());
    Task task = TranscribeType.of(transcriber, SpeechSettings.ALIGNING, usual, options);
    return line -> {
      InputException.requireField(
          usual.text() != null || line.carried().containsKey("text"),
          "text",
          "is missing",
          "give what is said in the recording");
      return task.begin(line);
    };
  }
}
