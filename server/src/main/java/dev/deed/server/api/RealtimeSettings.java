package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GenerationOptions;
import dev.deed.data.Fields;
import dev.deed.server.http.StrictJson;
import dev.deed.speech.SpeechTask;
import dev.deed.speech.SpokenTurns.Coding;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.speech.VoiceActivity;
import dev.deed.value.ExitSettings;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a transcription session is set to. Immutable.
 *
 * @param model whether it is served is not checked here
 * @param voice when a turn begins and ends; null: the client says when it ends
 * @param json as clients are told of it
 */
record RealtimeSettings(
    String model,
    Coding coding,
    @Nullable VoiceActivity voice,
    TranscriptionOptions options,
    ObjectNode json) {
  private static final String EVENT = "session.update";
  private static final String INPUT = "/audio/input";
  private static final int MOST_MS = 10_000;

  /** Those of a session that begins. */
  static RealtimeSettings of(String model) {
    ObjectNode json =
        StrictJson.object(
            "session",
            """
            {"type": "transcription", "audio": {"input": {"format": {"type": "audio/pcm"},
             "noise_reduction": null, "transcription": {}, "turn_detection": {"type": "server_vad"}}}}
            """);
    return read(json, model);
  }

  /**
   * The same after an update, of which each part of {@code audio.input} is replaced as a whole.
   *
   * @throws dev.deed.value.InputException when something is wrong, or not done here
   */
  RealtimeSettings updated(Fields update) {
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
    return read(next, model);
  }

  private static RealtimeSettings read(ObjectNode json, String usual) {
    Fields input = new Fields(EVENT, "session.audio.input.", json.withObject(INPUT));
    if (input.value("noise_reduction") != null) {
      throw input.wrong("noise_reduction", "null: noise is not reduced here");
    }
    Fields said = input.inside("transcription");
    String model = Objects.requireNonNullElse(said.text("model"), usual);
    json.withObject(INPUT + "/transcription").put("model", model);
    ExitSettings exits = said.exits("deed");
    TranscriptionOptions options =
        TranscriptionOptions.defaults()
            .withTask(SpeechTask.TRANSCRIBE)
            .withTimestamps(false)
            .withLanguage(said.text("language"))
            .withPrompt(said.text("prompt"))
            .withGeneration(
                GenerationOptions.defaults().withExits(exits == null ? ExitSettings.own() : exits));
    said.requireAllRead();
    Coding coding = coding(input.inside("format"));
    ObjectNode detection = input.object("turn_detection");
    VoiceActivity voice =
        detection == null ? null : voice(input.inside("turn_detection"), detection);
    input.requireAllRead();
    return new RealtimeSettings(model, coding, voice, options, json);
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
    if (!"server_vad".equals(fields.text("type"))) {
      throw fields.wrong("type", "server_vad, or turn_detection null");
    }
    for (String response : new String[] {"create_response", "interrupt_response"}) {
      if (Boolean.TRUE.equals(fields.flag(response))) {
        throw fields.wrong(response, "false: there are no responses here");
      }
    }
    double threshold = Objects.requireNonNullElse(fields.number("threshold"), 0.5);
    int padding = Objects.requireNonNullElse(fields.integer("prefix_padding_ms", 0, MOST_MS), 300);
    int silence =
        Objects.requireNonNullElse(fields.integer("silence_duration_ms", 0, MOST_MS), 500);
    fields.requireAllRead();
    json.put("threshold", threshold).put("prefix_padding_ms", padding);
    json.put("silence_duration_ms", silence);
    double lower = VoiceActivity.defaults().withThreshold(threshold).lowerThreshold();
    return new VoiceActivity(threshold, lower, 0, silence, padding, 0);
  }
}
