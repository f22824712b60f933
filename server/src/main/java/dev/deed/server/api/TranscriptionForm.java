package dev.deed.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.GenerationOptions;
import dev.deed.data.Fields;
import dev.deed.data.transcript.TranscriptFormat;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.MultipartForm;
import dev.deed.server.http.StrictJson;
import dev.deed.server.serving.Refusals;
import dev.deed.speech.SpeechTask;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The form of {@code /v1/audio/transcriptions} and {@code /v1/audio/translations}. Immutable.
 *
 * @param model the name of a served model; null where none is named
 * @param sound the bytes of a sound file
 * @param segments whether {@code verbose_json} holds segments
 * @param stream whether segments are sent as they come about
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
record TranscriptionForm(
    @Nullable String model,
    byte[] sound,
    TranscriptionOptions options,
    TranscriptFormat format,
    boolean segments,
    boolean stream) {
  private static final String GRANULARITIES = "timestamp_granularities[]";
  private static final String SEGMENT = "segment";
  private static final String WORD = "word";
  private static final String INCLUDE = "include[]";

  /** {@code user} tells of the caller; nothing that the answer depends on. */
  private static final Set<String> FIELDS =
      Set.of(
          "file",
          "model",
          "language",
          "prompt",
          "prediction",
          "response_format",
          "temperature",
          "stream",
          "deed",
          "user",
          "chunking_strategy",
          GRANULARITIES,
          "timestamp_granularities",
          INCLUDE,
          "include");

  /**
   * Reads a form.
   *
   * @throws ApiException 400 when a field is missing, unknown, or cannot be used
   */
  static TranscriptionForm read(MultipartForm form, SpeechTask task) {
    try {
      for (MultipartForm.Part part : form.parts()) {
        if (!FIELDS.contains(part.name())) {
          throw ApiException.badRequest(
              "the form has a field that is not known here; leave it out",
              part.shownName(),
              "unknown_parameter");
        }
      }
      return known(form, task);
    } catch (InputException e) {
      throw Refusals.of(e);
    }
  }

  private static TranscriptionForm known(MultipartForm form, SpeechTask task) {
    String name = form.text("response_format");
    TranscriptFormat format =
        name == null ? TranscriptFormat.JSON : TranscriptFormat.of("response_format", name);
    byte[] sound = form.file("file");
    if (sound == null) {
      throw ApiException.badRequest("file: is missing; send a sound file", "file");
    }
    Set<String> granularities = granularities(form, format);
    requireSupported(form);
    boolean words = granularities.contains(WORD);
    boolean stream = stream(form);
    if (stream && (format == TranscriptFormat.SRT || format == TranscriptFormat.VTT)) {
      throw ApiException.badRequest(
          "stream: sends text; leave it out, or ask for response_format json", "stream");
    }
    if (stream && words) {
      throw ApiException.badRequest("stream: sends no words; leave it out", "stream");
    }
    TranscriptionOptions options =
        TranscriptionOptions.defaults()
            .withTask(task)
            .withLanguage(form.text("language"))
            .withPrompt(form.text("prompt"))
            .withTimestamps(format.hasTimes())
            .withWordTimes(words)
            .withTemperatures(temperatures(form.text("temperature")))
            .withGeneration(
                GenerationOptions.defaults()
                    .withExits(exits(form.text("deed")))
                    .withPrediction(form.text("prediction"))
                    .withLogProbabilities(format.hasProbabilities()));
    boolean segments = granularities.isEmpty() || granularities.contains(SEGMENT);
    return new TranscriptionForm(form.text("model"), sound, options, format, segments, stream);
  }

  /** What is to have times: segments, words, both; none where nothing was said. */
  private static Set<String> granularities(MultipartForm form, TranscriptFormat format) {
    Set<String> all = new HashSet<>(form.texts(GRANULARITIES));
    all.addAll(form.texts("timestamp_granularities"));
    if (!Set.of(SEGMENT, WORD).containsAll(all)) {
      throw ApiException.badRequest(
          "timestamp_granularities: are segment and word", "timestamp_granularities");
    }
    if (!all.isEmpty() && format != TranscriptFormat.VERBOSE_JSON) {
      throw ApiException.badRequest(
          "timestamp_granularities: are for response_format verbose_json alone",
          "timestamp_granularities");
    }
    return all;
  }

  private static void requireSupported(MultipartForm form) {
    if (!form.texts(INCLUDE).isEmpty() || !form.texts("include").isEmpty()) {
      throw ApiException.unsupported("include", "is not supported; leave it out");
    }
    String chunking = form.text("chunking_strategy");
    if (chunking != null && !chunking.equals("auto")) {
      throw ApiException.unsupported("chunking_strategy", "is not supported; leave it out");
    }
  }

  private static boolean stream(MultipartForm form) {
    return switch (form.text("stream")) {
      case null -> false;
      case "true", "True", "1" -> true;
      case "false", "False", "0" -> false;
      default -> throw ApiException.badRequest("stream: is neither true nor false", "stream");
    };
  }

  /** As OpenAI says, 0 lets the model choose: the same as none. */
  private static List<Double> temperatures(@Nullable String text) {
    if (text == null) {
      return List.of();
    }
    try {
      double temperature = Double.parseDouble(text);
      return temperature == 0 ? List.of() : List.of(temperature);
    } catch (NumberFormatException e) {
      throw ApiException.badRequest("temperature: is no number", "temperature");
    }
  }

  /** The object that chat takes under the same name, as a text. */
  private static ExitSettings exits(@Nullable String text) {
    if (text == null) {
      return ExitSettings.own();
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("deed", StrictJson.object("deed", text));
    return Objects.requireNonNull(new Fields("request", "", json).exits("deed"));
  }
}
