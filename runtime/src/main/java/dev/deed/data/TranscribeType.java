package dev.deed.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import dev.deed.InFlight;
import dev.deed.Token;
import dev.deed.data.LineResult.DecodingCost;
import dev.deed.speech.Recording;
import dev.deed.speech.SpeechSettings;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.value.InputException;
import dev.deed.value.TaskSetting;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Transcribes recordings. */
public final class TranscribeType extends TaskType {
  /** What help says of it. */
  public static final String HELP =
      "Writes down what is said in recordings of any length (Whisper-type models).";

  /** A line's language is what was asked; the answer tells what was heard. */
  private static final Set<String> TAKEN =
      Stream.concat(
              Stream.of(InputLine.AUDIO, "text"),
              SpeechSettings.ALL.stream().map(TaskSetting::name))
          .collect(Collectors.toUnmodifiableSet());

  public TranscribeType() {
    super("transcribe", HELP, Set.of("task"), SpeechSettings.ALL, Set.of(InputLine.AUDIO));
  }

  @Override
  public boolean isFor(EncoderDecoderModel model) {
    return Transcriber.isFor(model);
  }

  @Override
  public boolean isAnswer(JsonNode line) {
    return line.path("text").isTextual()
        && line.path("task").isTextual()
        && line.path("duration").isNumber();
  }

  @Override
  public Task of(EncoderDecoderModel model, Asker asker, LineOptions options) {
    Transcriber transcriber = Transcriber.of(model, asker);
    // Without times of short ones.
    TranscriptionOptions usual =
        TaskSetting.apply(
            SpeechSettings.ALL,
            TranscriptionOptions.defaults().withTimestamps(false),
            options.settings());
    transcriber.check(usual.withGeneration(options.options()));
    return of(transcriber, SpeechSettings.ALL, usual, options);
  }

  /** A task with the settings of a table. */
  static Task of(
      Transcriber transcriber,
      List<TaskSetting<TranscriptionOptions, ?>> table,
      TranscriptionOptions usual,
      LineOptions options) {
    return line -> {
      Recording recording =
          Task.media(line, InputLine.AUDIO, "give a recording").as(Recording::of, Recording::of);
      TranscriptionOptions own =
          line.apply(table, usual).withGeneration(options.of(line).options());
      return Task.UnderWay.of(
          InFlight.begin(() -> result(transcriber, line, recording, own)), result -> result);
    };
  }

  private static Result result(
      Transcriber transcriber, InputLine line, Recording recording, TranscriptionOptions options) {
    Recording read = transcriber.read(recording, options);
    // A text does not say what it lacks.
    InputException.require(
        read.missingSeconds() == 0, "sound", "the sound is truncated", "give a complete file");
    Transcript transcript = transcriber.transcribe(read, options);
    return new Result(
        line, transcript, TranscriptJson.verbose(transcript, true, options.tellsWords()));
  }

  /**
   * A line whose recording was transcribed.
   *
   * @param json the transcript in the format that was asked for
   */
  public record Result(ParsedLine line, Transcript transcript, ObjectNode json)
      implements LineResult {
    @Override
    public String text() {
      return transcript.text();
    }

    @Override
    public void write(boolean trace, ObjectNode out) {
      out.setAll(json);
    }

    @Override
    public List<Token> tokens() {
      return transcript.segments().stream().flatMap(one -> one.tokens().stream()).toList();
    }

    @Override
    public DecodingCost cost() {
      return DecodingCost.of(tokens().size(), transcript.effort(), transcript.drafts());
    }

    @Override
    public Set<String> taken() {
      return TAKEN;
    }
  }
}
