package dev.deed.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GenerationOptions;
import dev.deed.data.Fields;
import dev.deed.server.http.StrictJson;
import dev.deed.server.serving.ModelRegistry;
import dev.deed.server.serving.ServedModel;
import dev.deed.speech.SpeechSettings;
import dev.deed.speech.SpeechTask;
import dev.deed.speech.SpokenTurns;
import dev.deed.speech.SpokenTurns.Coding;
import dev.deed.speech.Transcriber;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.speech.VoiceActivity;
import dev.deed.value.Client;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.TaskSetting;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a transcription session is set to. Immutable.
 *
 * @param model name of a served model, which can be used as they say
 * @param mostSeconds how long a turn may be
 * @param voice when a turn begins and ends; null: the client says when it ends
 * @param json as clients are told of it
 */
record RealtimeSettings(
    String model,
    int mostSeconds,
    Coding coding,
    @Nullable VoiceActivity voice,
    TranscriptionOptions options,
    ObjectNode json) {
  private static final String EVENT = "session.update";
  private static final String INPUT = "/audio/input";
  private static final int MOST_MS = 10_000;
  private static final int MOST_SECONDS = 30;

  /** Settings of {@code transcription} by their names; others are a turn's own matter. */
  private static final List<TaskSetting<TranscriptionOptions, ?>> SETTINGS =
      SpeechSettings.ALL.stream()
          .filter(
              one ->
                  !Set.of("task", "timestamps", "word_times", "prediction", "vad", "channels")
                      .contains(one.name()))
          .toList();

  private static final VoiceActivity USUAL =
      new VoiceActivity(1, 1, 0, 500, 300, 0).withThreshold(0.5);

  /** Those of a session that begins, with a model, or null for the one that is served. */
  static RealtimeSettings of(@Nullable String model, ModelRegistry models)
      throws InterruptedException {
    ObjectNode json =
        StrictJson.object(
            "session",
            """
            {"type": "transcription", "audio": {"input": {"format": {"type": "audio/pcm"},
             "noise_reduction": null, "transcription": {}, "turn_detection": {"type": "server_vad"}}}}
            """);
    return read(json, model, models);
  }

  /**
   * The same after an update, of which each part of {@code audio.input} is replaced as a whole.
   *
   * @throws InputException when something is wrong, or not done here
   */
  RealtimeSettings updated(Fields update, ModelRegistry models) throws InterruptedException {
    Fields fields = update.inside("session");
    if (!"transcription".equals(fields.text("type"))) {
      throw fields.wrong("type", "transcription: no conversation is held here");
    }
    ObjectNode next = json.deepCopy();
    if (fields.value("audio") != null) {
      Fields audio = fields.inside("audio");
      ObjectNode input = audio.object("input");
      if (input != null) {
        next.withObject(INPUT).setAll(input);
      }
      audio.requireAllRead();
    }
    fields.requireAllRead();
    return read(next, model, models);
  }

  private static RealtimeSettings read(
      ObjectNode json, @Nullable String usual, ModelRegistry models) throws InterruptedException {
    Fields input = new Fields(EVENT, "session.audio.input.", json.withObject(INPUT));
    if (input.value("noise_reduction") != null) {
      throw input.wrong("noise_reduction", "null: noise is not reduced here");
    }
    Fields transcription = input.inside("transcription");
    String model = transcription.text("model");
    ExitSettings exits = transcription.exits("deed");
    TranscriptionOptions options =
        TaskSetting.apply(
            SETTINGS,
            TranscriptionOptions.defaults()
                .withTask(SpeechTask.TRANSCRIBE)
                .withTimestamps(false)
                .withGeneration(
                    GenerationOptions.defaults()
                        .withExits(exits == null ? ExitSettings.own() : exits)),
            transcription.settings(SETTINGS));
    transcription.requireAllRead();
    Coding coding = coding(input.inside("format"));
    ObjectNode detection = input.object("turn_detection");
    VoiceActivity voice =
        detection == null ? null : voice(input.inside("turn_detection"), detection);
    input.requireAllRead();
    try (ServedModel.Use use = models.use(model == null ? usual : model)) {
      ServedModel served = use.served();
      json.withObject(INPUT + "/transcription").put("model", served.name());
      try {
        Transcriber all = Transcriber.of(served.model(), served.asker(Client.ANYONE, 1));
        all.check(options);
        int most = Math.min(MOST_SECONDS, all.windowSeconds());
        return new RealtimeSettings(served.name(), most, coding, voice, options, json);
      } catch (InputException e) {
        throw served.refusal(e);
      }
    }
  }

  SpokenTurns turns() {
    return new SpokenTurns(coding, voice, mostSeconds);
  }

  private static Coding coding(Fields format) {
    Coding coding =
        switch (format.text("type")) {
          case "audio/pcm" -> Coding.PCM;
          case "audio/pcmu" -> Coding.MU_LAW;
          case "audio/pcma" -> Coding.A_LAW;
          case null, default -> throw format.wrong("type", "audio/pcm, audio/pcmu or audio/pcma");
        };
    int rate = coding == Coding.PCM ? 24_000 : 8000;
    format.integer("rate", rate, rate);
    format.requireAllRead();
    return coding;
  }

  /** OpenAI's defaults are filled in. */
  private static VoiceActivity voice(Fields fields, ObjectNode json) {
    for (String response : new String[] {"create_response", "interrupt_response"}) {
      if (Boolean.TRUE.equals(fields.flag(response))) {
        throw fields.wrong(response, "false: there are no responses here");
      }
    }
    VoiceActivity voice = TranscriptionForm.serverVad(fields, USUAL, MOST_MS);
    json.put("threshold", voice.threshold()).put("prefix_padding_ms", voice.paddingMs());
    json.put("silence_duration_ms", voice.leastSilenceMs());
    return voice;
  }
}
