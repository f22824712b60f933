package dev.deed.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.deed.GenerationOptions;
import dev.deed.data.CueLayout;
import dev.deed.data.Fields;
import dev.deed.data.TranscriptFormat;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.MultipartForm;
import dev.deed.server.http.StrictJson;
import dev.deed.speech.SpeechSettings;
import dev.deed.speech.SpeechTask;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.speech.TranscriptionOptions.Channels;
import dev.deed.speech.VoiceActivity;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.TaskSetting;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The form of {@code /v1/audio/transcriptions}, {@code /v1/audio/translations} and {@code
 * /v1/audio/alignments}. Immutable.
 *
 * @param model the name of a served model; null where none is named
 * @param sound the bytes of a sound file
 * @param layout of subtitles
 * @param segments whether {@code verbose_json} holds segments
 * @param stream whether segments are sent as they come about
 * @param logProbabilities whether those of tokens are told, in {@code json}
 */
@SuppressWarnings("ArrayRecordComponent") // only handed over, never compared
record TranscriptionForm(
    @Nullable String model,
    byte[] sound,
    TranscriptionOptions options,
    TranscriptFormat format,
    CueLayout layout,
    boolean segments,
    boolean stream,
    boolean logProbabilities) {
  private static final String SEGMENT = "segment";
  private static final String WORD = "word";
  private static final String CHUNKING = "chunking_strategy";

  /** {@code user} tells of the caller; nothing that the answer depends on. */
  private static final Set<String> FIELDS =
      Set.of(
          ("file model response_format temperature stream deed user vad"
                  + " timestamp_granularities[] timestamp_granularities include[] include"
                  + " chunking_strategy chunking_strategy[type] chunking_strategy[threshold]"
                  + " chunking_strategy[prefix_padding_ms] chunking_strategy[silence_duration_ms]")
              .split(" "));

  /** Of a known text. */
  private static final Set<String> OF_TEXTS = Set.of("file", "model", "response_format", "user");

  /** Settings that OpenAI's forms say in another way, or their path. */
  private static final Set<String> OTHERWISE =
      Set.of("task", "timestamps", "word_times", "vad", "temperature");

  /** Settings that are fields of the form by their names. */
  static final List<TaskSetting<TranscriptionOptions, ?>> SETTINGS =
      SpeechSettings.ALL.stream().filter(one -> !OTHERWISE.contains(one.name())).toList();

  /**
   * Reads a form.
   *
   * @param aligns whether it states what is said
   * @throws ApiException 400 when a field is missing, unknown, or cannot be used
   * @throws InputException likewise
   */
  static TranscriptionForm read(MultipartForm form, SpeechTask task, boolean aligns) {
    List<TaskSetting<TranscriptionOptions, ?>> settings =
        aligns ? SpeechSettings.ALIGNING : SETTINGS;
    Set<String> fields = aligns ? OF_TEXTS : FIELDS;
    for (MultipartForm.Part part : form.parts()) {
      if (!fields.contains(part.name())
          && Stream.concat(settings.stream(), CueLayout.SETTINGS.stream())
              .noneMatch(setting -> setting.name().equals(part.name()))) {
        throw ApiException.badRequest(
            "the form has a field that is not known here; leave it out",
            part.shownName(),
            "unknown_parameter");
      }
    }
    String name = form.text("response_format");
    TranscriptFormat format =
        name == null
            ? aligns ? TranscriptFormat.VERBOSE_JSON : TranscriptFormat.JSON
            : TranscriptFormat.of("response_format", name);
    byte[] sound = form.file("file");
    if (sound == null) {
      throw ApiException.badRequest("file: is missing; send a sound file", "file");
    }
    Set<String> granularities = granularities(form, format);
    boolean logProbabilities = logProbabilities(form, format);
    boolean words = granularities.contains(WORD);
    boolean stream = flag(form, "stream", false);
    ApiException.require(
        !stream || !format.isSubtitles(),
        "stream",
        "sends text; leave it out, or ask for response_format json");
    ApiException.require(!stream || !words, "stream", "sends no words; leave it out");
    TranscriptionOptions usual =
        TranscriptionOptions.defaults()
            .withTask(task)
            .withVoice(voice(form))
            .withChannels(format.channels())
            .withTimestamps(format.hasTimes())
            .withWordTimes(words || format.isSubtitles())
            .withTemperatures(temperatures(form.text("temperature")))
            .withGeneration(
                GenerationOptions.defaults()
                    .withExits(exits(form.text("deed")))
                    .withLogProbabilities(logProbabilities || format.hasProbabilities()));
    TranscriptionOptions options = TaskSetting.parse(settings, usual, texts(form, settings));
    ApiException.require(
        !aligns || options.text() != null && format != TranscriptFormat.DIARIZED_JSON,
        options.text() == null ? "text" : "response_format",
        options.text() == null
            ? "is missing; send what is said in the recording"
            : "tells no words; ask for verbose_json, json, srt, vtt or text");
    ApiException.require(
        !stream || options.channels() != Channels.SPLIT,
        "stream",
        "sends no split channels; leave it out");
    Map<String, String> texts = texts(form, CueLayout.SETTINGS);
    ApiException.require(
        texts.isEmpty() || format.isSubtitles(),
        texts.isEmpty() ? "response_format" : texts.keySet().iterator().next(),
        "is for response_format srt and vtt alone");
    CueLayout layout = TaskSetting.parse(CueLayout.SETTINGS, CueLayout.USUAL, texts);
    boolean segments = granularities.isEmpty() || granularities.contains(SEGMENT);
    return new TranscriptionForm(
        form.text("model"),
        sound,
        options,
        format,
        options.holdsSubtitles() ? layout.keeping() : layout,
        segments,
        stream,
        logProbabilities);
  }

  /** What is to have times: segments, words, both; none where nothing was said. */
  private static Set<String> granularities(MultipartForm form, TranscriptFormat format) {
    Set<String> all = listed(form, "timestamp_granularities");
    ApiException.require(
        Set.of(SEGMENT, WORD).containsAll(all), "timestamp_granularities", "are segment and word");
    ApiException.require(
        all.isEmpty() || format == TranscriptFormat.VERBOSE_JSON,
        "timestamp_granularities",
        "are for response_format verbose_json alone");
    return all;
  }

  /** What a form lists under a name, with brackets behind it or without. */
  private static Set<String> listed(MultipartForm form, String name) {
    Set<String> all = new HashSet<>(form.texts(name + "[]"));
    all.addAll(form.texts(name));
    return all;
  }

  private static boolean logProbabilities(MultipartForm form, TranscriptFormat format) {
    Set<String> all = listed(form, "include");
    ApiException.require(Set.of("logprobs").containsAll(all), "include", "is logprobs alone");
    ApiException.require(
        all.isEmpty() || format == TranscriptFormat.JSON,
        "include",
        "is for response_format json alone");
    return !all.isEmpty();
  }

  private static Map<String, String> texts(
      MultipartForm form, List<? extends TaskSetting<?, ?>> settings) {
    Map<String, String> texts = new HashMap<>();
    for (TaskSetting<?, ?> setting : settings) {
      String text = form.text(setting.name());
      if (text != null) {
        texts.put(setting.name(), text);
      }
    }
    return texts;
  }

  /** Null: all of the recording is listened to. */
  private static @Nullable VoiceActivity voice(MultipartForm form) {
    boolean isSaid =
        List.of("vad", CHUNKING, CHUNKING + "[type]").stream()
            .anyMatch(one -> form.text(one) != null);
    if (!flag(form, "vad", true)) {
      return null;
    }
    VoiceActivity voice = chunking(form);
    return isSaid ? voice : voice.inLongRecordings();
  }

  /** An object as JSON, or in fields of its own, as openai-python sends it. */
  private static VoiceActivity chunking(MultipartForm form) {
    String text = form.text(CHUNKING);
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    if (text != null && !text.equals("auto")) {
      json = StrictJson.object(CHUNKING, text);
    }
    for (String key : List.of("type", "threshold", "prefix_padding_ms", "silence_duration_ms")) {
      String value = form.text(CHUNKING + "[" + key + "]");
      if (value != null) {
        json.set(key, key.equals("type") ? TextNode.valueOf(value) : node(number(key, value)));
      }
    }
    VoiceActivity usual = VoiceActivity.defaults();
    return json.isEmpty()
        ? usual
        : serverVad(new Fields("request", CHUNKING + ".", json), usual, VoiceActivity.MOST_MS);
  }

  /** What OpenAI calls {@code server_vad}: a usual one where nothing else is said. */
  static VoiceActivity serverVad(Fields fields, VoiceActivity usual, int mostMs) {
    if (!"server_vad".equals(fields.text("type"))) {
      throw fields.wrong("type", "server_vad");
    }
    Double threshold = fields.number("threshold");
    Integer padding = fields.integer("prefix_padding_ms", 0, mostMs);
    Integer silence = fields.integer("silence_duration_ms", 0, mostMs);
    fields.requireAllRead();
    VoiceActivity base = threshold == null ? usual : usual.withThreshold(threshold);
    return new VoiceActivity(
        base.threshold(),
        base.lowerThreshold(),
        usual.leastSpeechMs(),
        Objects.requireNonNullElse(silence, usual.leastSilenceMs()),
        Objects.requireNonNullElse(padding, usual.paddingMs()),
        usual.wholeSeconds());
  }

  private static JsonNode node(double number) {
    return number == (int) number ? IntNode.valueOf((int) number) : DoubleNode.valueOf(number);
  }

  private static double number(String field, String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw ApiException.badRequest(field + ": is no number", field);
    }
  }

  private static boolean flag(MultipartForm form, String name, boolean usual) {
    return switch (form.text(name)) {
      case null -> usual;
      case "true", "True", "1" -> true;
      case "false", "False", "0" -> false;
      default -> throw ApiException.badRequest(name + ": is neither true nor false", name);
    };
  }

  /** As OpenAI says, 0 lets the model choose: the same as none. */
  private static List<Double> temperatures(@Nullable String text) {
    double temperature = text == null ? 0 : number("temperature", text);
    return temperature == 0 ? List.of() : List.of(temperature);
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
