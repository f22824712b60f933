package dev.deed.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GenerationOptions;
import dev.deed.data.Fields;
import dev.deed.server.http.ApiException;
import dev.deed.speech.SpeechTask;
import dev.deed.speech.SpokenTurns.Coding;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.speech.VoiceActivity;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a transcription session of OpenAI's Realtime API is set to. Immutable.
 *
 * @param model name of the model; whether it is served is not checked here
 * @param voice when a turn begins and ends; null: when the client says so
 * @param options how turns are transcribed
 * @param session as clients are told of it
 */
record RealtimeSettings(
    String model,
    Coding coding,
    @Nullable VoiceActivity voice,
    TranscriptionOptions options,
    ObjectNode session) {
  private static final String EVENT = "session.update";
  private static final String INPUT = "session.audio.input.";
  private static final String LOGPROBS = "item.input_audio_transcription.logprobs";
  private static final int MOST_PADDING_MS = 5000;
  private static final int MOST_SILENCE_MS = 10_000;

  /** Those of a session that begins. */
  static RealtimeSettings of(String model) {
    ObjectNode session = JsonNodeFactory.instance.objectNode();
    session.put("type", "transcription").put("object", "realtime.transcription_session");
    session.putArray("include");
    ObjectNode input = session.putObject("audio").putObject("input");
    input.putObject("format").put("type", "audio/pcm");
    input.putNull("noise_reduction");
    input.putObject("transcription").put("model", model);
    input.putObject("turn_detection").put("type", "server_vad");
    return read(session);
  }

  /**
   * The same after an update: what it names is replaced, whole where it is an object of {@code
   * audio.input}.
   *
   * @throws ApiException 400 when something cannot be done here
   * @throws dev.deed.value.InputException when a field is of a wrong type
   */
  RealtimeSettings updated(ObjectNode update) {
    Fields fields = new Fields(EVENT, "session.", update);
    require(
        "transcription".equals(fields.text("type")),
        "type",
        "is transcription alone: no conversation is held here");
    List<String> include = fields.texts("include");
    ObjectNode audio = fields.object("audio");
    ObjectNode next = session.deepCopy();
    if (include != null) {
      include.forEach(next.putArray("include")::add);
    }
    if (audio != null) {
      Fields parts = new Fields(EVENT, "session.audio.", audio);
      ObjectNode input = parts.object("input");
      if (input != null) {
        next.withObject("/audio/input").setAll(input.deepCopy());
      }
      requireNothingElse(parts, "session.audio.");
    }
    fields.value("id");
    fields.value("object");
    requireNothingElse(fields, "session.");
    return read(next);
  }

  private static RealtimeSettings read(ObjectNode session) {
    ObjectNode input = session.withObject("/audio/input");
    Fields fields = new Fields(EVENT, INPUT, input);
    require(
        fields.value("noise_reduction") == null,
        "audio.input.noise_reduction",
        "is not done here; give null");
    ObjectNode transcription = fields.object("transcription");
    ObjectNode format = fields.object("format");
    ObjectNode detection = fields.object("turn_detection");
    requireNothingElse(fields, INPUT);
    require(transcription != null, "audio.input.transcription", "must be an object");
    require(format != null, "audio.input.format", "must be an object");
    Fields said =
        new Fields(EVENT, INPUT + "transcription.", Objects.requireNonNull(transcription));
    String model = said.text("model");
    require(model != null, "audio.input.transcription.model", "must name a served model");
    List<String> keywords = said.texts("keywords");
    GenerationOptions generation =
        GenerationOptions.defaults().withLogProbabilities(tellsProbabilities(session));
    TranscriptionOptions options =
        TranscriptionOptions.defaults()
            .withTask(SpeechTask.TRANSCRIBE)
            .withTimestamps(false)
            .withLanguage(said.text("language"))
            .withPrompt(said.text("prompt"))
            .withHotwords(keywords == null ? null : String.join(", ", keywords))
            .withGeneration(
                transcription.has("deed")
                    ? generation.withExits(Objects.requireNonNull(said.exits("deed")))
                    : generation);
    requireNothingElse(said, INPUT + "transcription.");
    return new RealtimeSettings(
        Objects.requireNonNull(model),
        coding(new Fields(EVENT, INPUT + "format.", Objects.requireNonNull(format))),
        detection == null ? null : voice(detection),
        options,
        session);
  }

  private static boolean tellsProbabilities(ObjectNode session) {
    boolean tells = false;
    for (JsonNode one : (ArrayNode) session.path("include")) {
      require(LOGPROBS.equals(one.asText()), "include", "is " + LOGPROBS + " alone");
      tells = true;
    }
    return tells;
  }

  private static Coding coding(Fields format) {
    String type = String.valueOf(format.text("type"));
    Coding coding =
        switch (type) {
          case "audio/pcm" -> Coding.PCM;
          case "audio/pcmu" -> Coding.MU_LAW;
          case "audio/pcma" -> Coding.A_LAW;
          default -> throw format.wrong("type", "audio/pcm, audio/pcmu or audio/pcma");
        };
    Integer rate = format.integer("rate", 1, Integer.MAX_VALUE);
    if (rate != null && (coding != Coding.PCM || rate != 24_000)) {
      throw format.wrong("rate", "24000, that of audio/pcm");
    }
    requireNothingElse(format, INPUT + "format.");
    return coding;
  }

  /** OpenAI's defaults are filled in. */
  private static VoiceActivity voice(ObjectNode detection) {
    Fields fields = new Fields(EVENT, INPUT + "turn_detection.", detection);
    if (!"server_vad".equals(fields.text("type"))) {
      throw fields.wrong("type", "server_vad, or turn_detection null");
    }
    Double given = fields.number("threshold");
    Integer padding = fields.integer("prefix_padding_ms", 0, MOST_PADDING_MS);
    Integer silence = fields.integer("silence_duration_ms", 0, MOST_SILENCE_MS);
    // No response would come of them.
    for (String key : List.of("create_response", "interrupt_response")) {
      if (Boolean.TRUE.equals(fields.flag(key))) {
        throw fields.wrong(key, "false: there are no responses here");
      }
    }
    if (fields.value("idle_timeout_ms") != null) {
      throw fields.wrong("idle_timeout_ms", "null: there are no responses here");
    }
    requireNothingElse(fields, INPUT + "turn_detection.");
    double threshold = Objects.requireNonNullElse(given, 0.5);
    VoiceActivity base = VoiceActivity.defaults().withThreshold(threshold);
    VoiceActivity voice =
        new VoiceActivity(
            base.threshold(),
            base.lowerThreshold(),
            0,
            Objects.requireNonNullElse(silence, 500),
            Objects.requireNonNullElse(padding, 300),
            0);
    detection
        .put("threshold", threshold)
        .put("prefix_padding_ms", voice.paddingMs())
        .put("silence_duration_ms", voice.leastSilenceMs());
    return voice;
  }

  private static void require(boolean holds, String field, String why) {
    ApiException.require(holds, "session." + field, why);
  }

  private static void requireNothingElse(Fields fields, String prefix) {
    for (String other : fields.others().keySet()) {
      throw ApiException.unknownParameter(prefix + other);
    }
  }
}
