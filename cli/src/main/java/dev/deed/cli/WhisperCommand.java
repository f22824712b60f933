package dev.deed.cli;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.GenerationOptions;
import dev.deed.OpenOptions;
import dev.deed.data.CueLayout;
import dev.deed.data.TranscriptFormat;
import dev.deed.data.TranscriptJson;
import dev.deed.files.AtomicFiles;
import dev.deed.files.ErrorLine;
import dev.deed.settings.SpeechLanguages;
import dev.deed.speech.Recording;
import dev.deed.speech.SpeechTask;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptSegment;
import dev.deed.speech.TranscriptionListener;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.speech.TranscriptionOptions.Thresholds;
import dev.deed.speech.VoiceActivity;
import dev.deed.value.InputException;
import dev.deed.value.TaskSetting;
import dev.deed.value.WeightPrecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code deed whisper}: the command line of openai-whisper 20250625, with its names, its files and
 * its exit codes, so that programs that start {@code whisper} start this.
 */
@Command(
    name = "whisper",
    description =
        "Transcribes as the command line of openai-whisper does, for programs that start it.",
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true)
final class WhisperCommand implements Callable<Integer> {
  private static final List<String> FORMATS = List.of("txt", "vtt", "srt", "tsv", "json");
  private static final String NONE = "None";
  private static final Pattern NAME =
      Pattern.compile("(tiny|base|small|medium)(\\.en)?|large(-v[123])?|large-v3-turbo|turbo");

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  /**
   * An option.
   *
   * @param usual its default
   * @param values that it may have, parted by blanks; empty: any
   */
  private record Flag(String usual, String values, String help) {}

  private static final String BOOLEAN = "True False true false";
  private static final Map<String, Flag> FLAGS = new LinkedHashMap<>();

  static {
    flag(
        "--model",
        "turbo",
        "",
        "tiny, base, small, medium, large, turbo, a folder, or a name of the Hub.");
    flag("--model_dir", NONE, "", "Folder in which the model's folder is.");
    flag("--device", "cpu", "cpu", "Where it runs.");
    flag("--output_dir -o", ".", "", "Folder of the files, which are replaced.");
    flag("--output_format -f", "all", "txt vtt srt tsv json all", "Which files.");
    flag("--verbose", "True", BOOLEAN, "Print segments as they come.");
    flag("--task", "transcribe", "transcribe translate", "What is written.");
    flag("--language", NONE, "", "Code or English name; None: the one that is heard.");
    flag("--temperature", "0", "", "First temperature.");
    flag("--best_of", "5", "1 5 None", "Heeded as 1: each temperature draws once.");
    flag("--beam_size", "5", "", "Beams at temperature 0.");
    flag("--patience", NONE, "None 1 1.0", "");
    flag("--length_penalty", NONE, "", "Exponent of the length of beams.");
    flag("--suppress_tokens", "-1", "", "Ids that are not written, with commas; -1: the folder's.");
    flag("--initial_prompt", NONE, "", "Text before the first window.");
    flag("--carry_initial_prompt", "False", BOOLEAN, "Put it before every window.");
    flag("--condition_on_previous_text", "True", BOOLEAN, "Put earlier text before a window.");
    flag("--fp16", "True", BOOLEAN, "No effect: --compute_type tells.");
    flag(
        "--temperature_increment_on_fallback", "0.2", "", "Steps up to temperature 1; None: none.");
    flag("--compression_ratio_threshold", "2.4", "2.4 None", "More is decoded again.");
    flag("--logprob_threshold", "-1.0", "", "Less is decoded again.");
    flag("--no_speech_threshold", "0.6", "", "More is silence.");
    flag("--word_timestamps", "False", BOOLEAN, "Tell when words are said.");
    flag("--prepend_punctuations", "\"'“¿([{-", "\"'“¿([{-", "");
    flag("--append_punctuations", "\"'.。,，!！?？:：”)]}、", "\"'.。,，!！?？:：”)]}、", "");
    flag("--highlight_words", "False", "False false", "");
    flag("--max_line_width", NONE, "", "Characters of a line; needs --word_timestamps True.");
    flag("--max_line_count", NONE, "", "Lines of a cue; likewise.");
    flag("--max_words_per_line", NONE, "", "Words of a cue; likewise.");
    flag("--clip_timestamps", "0", "0", "");
    flag("--hallucination_silence_threshold", NONE, NONE, "");
    flag("--vad_filter", NONE, BOOLEAN + " None", "Look for speech first (whisper-ctranslate2's).");
    flag("--compute_type", "default", "default auto float32 bfloat16 int8", "Weights (likewise).");
  }

  private static void flag(String names, String usual, String values, String help) {
    FLAGS.put(names.split(" ")[0], new Flag(usual, values, names + "|" + help));
  }

  private final Map<String, OptionSpec> options = new LinkedHashMap<>();

  @Mixin CommonOptions common = new CommonOptions();

  @Parameters(arity = "1..*", paramLabel = "AUDIO", descriptionKey = "AUDIO")
  List<String> recordings = List.of();

  @Spec
  void addTo(CommandSpec command) {
    FLAGS.forEach(
        (name, flag) -> {
          String[] help = flag.help.split("\\|", 2);
          String values = flag.values.isEmpty() ? "" : " One of " + flag.values + ".";
          OptionSpec option =
              OptionSpec.builder(help[0].split(" "))
                  .type(String.class)
                  .paramLabel("VALUE")
                  .description((help[1] + values + " Default: " + flag.usual).strip())
                  .build();
          options.put(name, option);
          command.addOption(option);
        });
  }

  @Override
  public Integer call() throws IOException {
    FLAGS.forEach(
        (name, flag) ->
            InputException.require(
                flag.values.isEmpty() || List.of(flag.values.split(" ")).contains(text(name)),
                name + " " + text(name),
                "cannot be done",
                "give one of " + flag.values));
    CueLayout layout = layout();
    String name = text("--model");
    Path model =
        Path.of(
            !NAME.matcher(name).matches()
                ? name
                : "openai/whisper-"
                    + name.replaceFirst("^large$", "large-v3")
                        .replaceFirst("^turbo$", "large-v3-turbo"));
    TranscriptionOptions transcribing = options(name.endsWith(".en"));
    Path folder = MediaFiles.path(text("--output_dir"));
    common.threads = common.threads == 0 ? new CommonOptions().threads : common.threads;
    ModelPlace place =
        common.place(isNone("--model_dir") ? model : Path.of(text("--model_dir"), name));
    OpenOptions opening = OpenOptions.defaults();
    opening =
        switch (text("--compute_type")) {
          case "float32" -> opening.withPrecision(WeightPrecision.FP32);
          case "bfloat16" -> opening.withPrecision(WeightPrecision.BF16);
          case "int8" -> opening.withPrecision(WeightPrecision.W8A8);
          case "auto" -> opening.withFastestPrecision(place.folder());
          default -> opening;
        };
    try (EncoderDecoderModel opened = common.open(place, opening);
        Engine engine = JobEngine.of(opened, Math.max(1, number("--beam_size", 1).intValue()))) {
      Transcriber transcriber = Transcriber.of(engine);
      transcriber.check(transcribing);
      Files.createDirectories(folder);
      for (String recording : recordings) {
        try {
          Path file = MediaFiles.path(recording);
          write(
              transcriber.transcribe(Recording.of(file), transcribing, printing()),
              file,
              folder,
              layout);
        } catch (InputException e) {
          // Whisper goes on, and ends with 0.
          System.out.println("Skipping " + recording + " due to " + ErrorLine.of(e));
        }
      }
    }
    return 0;
  }

  private String text(String name) {
    OptionSpec option = options.get(name);
    Object given = option == null ? null : option.getValue();
    return given == null ? Objects.requireNonNull(FLAGS.get(name)).usual : given.toString();
  }

  private boolean isNone(String name) {
    return text(name).equals(NONE);
  }

  private boolean isTrue(String name) {
    return text(name).equalsIgnoreCase("true");
  }

  private Double number(String name, double none) {
    try {
      return isNone(name) ? none : Double.parseDouble(text(name));
    } catch (NumberFormatException e) {
      throw new InputException(name + " " + text(name), "is no number", "give one, or None");
    }
  }

  private CueLayout layout() {
    Map<String, Object> settings = new HashMap<>();
    for (TaskSetting<?, ?> setting : CueLayout.SETTINGS) {
      String name = "--" + setting.name();
      if (!isNone(name)) {
        InputException.require(
            isTrue("--word_timestamps"),
            name,
            "needs times of words",
            "add --word_timestamps True");
        settings.put(setting.name(), number(name, 0).intValue());
      }
    }
    CueLayout layout = TaskSetting.apply(CueLayout.SETTINGS, CueLayout.USUAL, settings);
    return settings.isEmpty() ? layout.keeping() : layout;
  }

  private TranscriptionOptions options(boolean isEnglish) {
    List<Double> temperatures = new ArrayList<>();
    double step = number("--temperature_increment_on_fallback", 0);
    double first = number("--temperature", 0);
    do {
      temperatures.add(first + temperatures.size() * step);
    } while (step > 0 && first + temperatures.size() * step <= 1 + 1e-6);
    GenerationOptions search = GenerationOptions.defaults().withLogProbabilities(true);
    int beams = number("--beam_size", 1).intValue();
    search = beams > 1 ? search.withBeams(beams) : search;
    if (!isNone("--length_penalty")) {
      search = search.withSetting("length_penalty", number("--length_penalty", 1));
    }
    if (!text("--suppress_tokens").equals("-1")) {
      search = search.withSetting("suppress_tokens", tokens(text("--suppress_tokens")));
    }
    String prompt = isNone("--initial_prompt") ? null : text("--initial_prompt");
    boolean carries = isTrue("--carry_initial_prompt");
    boolean isSought = isTrue("--vad_filter");
    return TranscriptionOptions.defaults()
        .withLanguage(isEnglish ? "en" : isNone("--language") ? null : text("--language"))
        .withTask(text("--task").equals("translate") ? SpeechTask.TRANSLATE : SpeechTask.TRANSCRIBE)
        .withWordTimes(isTrue("--word_timestamps"))
        .withPrompt(carries ? null : prompt)
        .withHotwords(carries ? prompt : null)
        .withConditioned(isTrue("--condition_on_previous_text"))
        .withVoice(
            isSought
                ? VoiceActivity.defaults()
                : isNone("--vad_filter") ? VoiceActivity.defaults().inLongRecordings() : null)
        .withTemperatures(temperatures)
        .withThresholds(
            new Thresholds(
                isNone("--compression_ratio_threshold") ? (Double) Double.POSITIVE_INFINITY : null,
                number("--logprob_threshold", Double.NEGATIVE_INFINITY),
                number("--no_speech_threshold", Double.POSITIVE_INFINITY)))
        .withGeneration(search);
  }

  private static List<Integer> tokens(String ids) {
    try {
      return Arrays.stream(ids.split(","))
          .filter(id -> !id.isBlank())
          .map(id -> Integer.valueOf(id.strip()))
          .toList();
    } catch (NumberFormatException e) {
      throw new InputException(
          "--suppress_tokens " + ids, "is no list of ids", "give ids with commas between, or -1");
    }
  }

  private TranscriptionListener printing() {
    boolean[] started = new boolean[1];
    return progress -> {
      if (isTrue("--verbose")) {
        if (isNone("--language") && !started[0]) {
          String name = SpeechLanguages.name(progress.language());
          System.out.println(
              "Detected language: "
                  + name.substring(0, 1).toUpperCase(Locale.ROOT)
                  + name.substring(1));
        }
        for (TranscriptSegment one : progress.segments()) {
          System.out.println(
              "[" + time(one.start()) + " --> " + time(one.end()) + "] " + one.text());
        }
        System.out.flush();
      }
      started[0] = true;
      return true;
    };
  }

  /** Without hours where there are none. */
  private static String time(double seconds) {
    return TranscriptFormat.time(seconds).replaceFirst("^00:", "");
  }

  private void write(Transcript transcript, Path recording, Path folder, CueLayout layout)
      throws IOException {
    String file = String.valueOf(recording.getFileName());
    String base = file.lastIndexOf('.') > 0 ? file.substring(0, file.lastIndexOf('.')) : file;
    for (String format :
        text("--output_format").equals("all") ? FORMATS : List.of(text("--output_format"))) {
      AtomicFiles.writeText(
          folder.resolve(base + "." + format), content(transcript, format, layout));
    }
  }

  private static String content(Transcript transcript, String format, CueLayout layout)
      throws IOException {
    Stream<TranscriptSegment> segments = transcript.segments().stream();
    return switch (format) {
      case "txt" -> segments.map(one -> one.text().strip() + "\n").collect(Collectors.joining());
      case "vtt" ->
          TranscriptFormat.VTT
              .write(transcript.segments(), false, layout)
              .replaceAll("(?m)^00:([0-9:.]+ --> )00:", "$1");
      case "srt" -> TranscriptFormat.SRT.write(transcript.segments(), false, layout);
      case "tsv" ->
          segments
              .map(
                  one ->
                      Math.round(1000 * one.start())
                          + "\t"
                          + Math.round(1000 * one.end())
                          + "\t"
                          + one.text().strip().replace('\t', ' ')
                          + "\n")
              .collect(Collectors.joining("", "start\tend\ttext\n", ""));
      default -> JSON.writeValueAsString(TranscriptJson.whisper(transcript));
    };
  }
}
