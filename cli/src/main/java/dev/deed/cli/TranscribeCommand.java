package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.GenerationOptions;
import dev.deed.cli.AnswerOutput.Existing;
import dev.deed.data.CueLayout;
import dev.deed.data.InputLine;
import dev.deed.data.LineResult;
import dev.deed.data.ManyLines;
import dev.deed.data.Task;
import dev.deed.data.TranscribeType;
import dev.deed.data.TranscriptFormat;
import dev.deed.engine.SideThreads;
import dev.deed.files.Interruption;
import dev.deed.speech.SpeechSettings;
import dev.deed.speech.Transcriber;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.TaskSetting;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code deed transcribe}: speech to text, for recordings of any length. */
@Command(
    name = "transcribe",
    description = TranscribeType.HELP,
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true)
final class TranscribeCommand implements Callable<Integer> {
  private static final int MOST_TOGETHER = 64;

  @Mixin RunOptions model = new RunOptions();
  @Mixin ExitOptions exits = new ExitOptions();
  @Mixin SpeechOptions speech = new SpeechOptions();
  @Mixin AssistantOption assistant = new AssistantOption();

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "AUDIO", descriptionKey = "AUDIO")
  List<String> recordings = List.of();

  @Option(names = "--format", paramLabel = "NAME")
  @Nullable String format;

  @Option(names = "--output", paramLabel = "FILE")
  @Nullable String output;

  @Option(names = "--overwrite")
  boolean overwrite;

  @Option(names = "--resume")
  boolean resume;

  @Option(names = "--receipt")
  boolean receipt;

  @Option(names = "--batch", paramLabel = "N")
  int batch = 4;

  @Override
  public Integer call() throws IOException {
    ExitSettings settings = exits.settings();
    OptionBounds.requireWithin("--batch", batch, 1, MOST_TOGETHER);
    TranscriptFormat chosen = format();
    InputException.require(
        !receipt || (chosen == TranscriptFormat.VERBOSE_JSON && !resume),
        "--receipt",
        "is for verbose_json that one run makes",
        "give --format verbose_json, without --resume");
    boolean many = MediaFiles.areMany(recordings);
    List<String> names = MediaFiles.SOUNDS.names(recordings);
    InputException.require(
        !many || output != null || !chosen.isSubtitles(),
        "--format " + chosen.spelling(),
        "gives a file for each of several recordings",
        "give a folder with --output");
    Existing existing = existing();
    TranscriptFiles files =
        output == null ? null : TranscriptFiles.of(output, names, chosen, many, existing);
    TranscriptionOptions options = speech.options(settings, chosen);
    InputException.require(
        options.generation().prediction() == null || !many,
        "--prediction",
        "is of one recording",
        "transcribe one at a time");
    int rows =
        Math.clamp(
            (long) Math.min(batch, names.size()) * (speech.beams == null ? 1 : speech.beams),
            1,
            EngineOptions.MOST_ROWS);
    try (EncoderDecoderModel opened = model.open(assistant);
        Engine engine = JobEngine.of(opened, rows)) {
      Transcriber transcriber = Transcriber.of(engine);
      transcriber.check(options);
      TranscriptMaker maker =
          new TranscriptMaker(
              transcriber,
              options,
              chosen,
              speech.timestamps(),
              speech.wordTimes(),
              speech.layout(chosen),
              receipt ? opened : null);
      if (many) {
        return many(maker, files == null ? names : files.missing(), files);
      }
      boolean shown =
          files == null && chosen.endsAnywhere() && Boolean.getBoolean("deed.stdout.terminal");
      maker.one(names.getFirst(), files, model, shown);
      return 0;
    }
  }

  private Existing existing() {
    Existing existing = Existing.of(overwrite, resume);
    InputException.require(
        output != null || existing == Existing.REFUSED,
        overwrite ? "--overwrite" : "--resume",
        "is for --output alone",
        "leave it out");
    return existing;
  }

  private TranscriptFormat format() {
    if (format == null) {
      return model.json || speech.wordTimes()
          ? TranscriptFormat.VERBOSE_JSON
          : TranscriptFormat.TEXT;
    }
    TranscriptFormat chosen = TranscriptFormat.of("--format", format);
    InputException.require(
        !model.json || chosen.isJson(),
        "--json, --format " + format,
        "exclude one another",
        "leave one of them out");
    InputException.require(
        !speech.wordTimes() || chosen.isJson(),
        "--word-times",
        "are told in JSON alone",
        "give --format json or verbose_json");
    return chosen;
  }

  private int many(TranscriptMaker maker, List<String> names, @Nullable TranscriptFiles files)
      throws IOException {
    JobInput input = MediaFiles.SOUNDS.job(names);
    LineForm form = new LineForm(files == null && maker.format().isJson(), false);
    HeardSeconds heard = new HeardSeconds();
    try (AnswerOutput answers =
            files == null ? AnswerOutput.open(input, "-", Existing.REFUSED) : files;
        TranscribeTask task = new TranscribeTask(maker, files, heard, batch)) {
      return new LineJob(input, answers, model, form, null)
          .run(new ManyLines(task, ManyLines.MOST_TOGETHER), heard::figures);
    }
  }

  /** How recordings are transcribed. What is not given is the folder's generation_config.json. */
  @Command
  static final class SpeechOptions {
    private final SettingOptions options = new SettingOptions(SpeechSettings.ALL);
    private final SettingOptions layout = new SettingOptions(CueLayout.SETTINGS);

    @Option(names = "--beams", paramLabel = "N", descriptionKey = "speech.beams")
    @Nullable Integer beams;

    @Spec(Spec.Target.MIXEE)
    void addTo(CommandSpec command) {
      options.addTo(command, "Speech (docs/speech.md)");
      layout.addTo(command, "Subtitles");
    }

    /** How subtitles are cut. */
    CueLayout layout(TranscriptFormat format) {
      return layout(layout, format);
    }

    static CueLayout layout(SettingOptions options, TranscriptFormat format) {
      Map<String, Object> settings = options.values();
      InputException.require(
          settings.isEmpty() || format.isSubtitles(),
          "--format " + format.spelling(),
          "has no lines of subtitles",
          "leave out --max-line-width, --max-line-count and --max-words-per-line, or give srt or vtt");
      return TaskSetting.apply(CueLayout.SETTINGS, CueLayout.USUAL, settings);
    }

    /** Whether times are asked for, whatever the format. */
    boolean timestamps() {
      return Boolean.TRUE.equals(options.values().get("timestamps"));
    }

    /** Whether times of words are asked for. */
    boolean wordTimes() {
      return Boolean.TRUE.equals(options.values().get("word_times"));
    }

    /**
     * @throws dev.deed.value.InputException when one is out of range
     */
    TranscriptionOptions options(ExitSettings exits, TranscriptFormat format) {
      GenerationOptions generation =
          GenerationOptions.defaults()
              .withExits(exits)
              .withLogProbabilities(format.hasProbabilities());
      if (beams != null) {
        OptionBounds.requireAtLeast("--beams", beams, 1);
        generation = generation.withBeams(beams);
      }
      Map<String, Object> settings = options.values();
      if (format.hasTimes()) {
        settings.put("timestamps", true);
      }
      if (format.isSubtitles()) {
        settings.put("word_times", true);
      }
      return TaskSetting.apply(
          SpeechSettings.ALL,
          TranscriptionOptions.defaults()
              .withTimestamps(false)
              .withChannels(format.channels())
              .withGeneration(generation),
          settings);
    }
  }

  /** Transcribes the recordings that lines name, several at once. */
  private static final class TranscribeTask implements Task, AutoCloseable {
    private final TranscriptMaker maker;
    private final @Nullable TranscriptFiles files;
    private final HeardSeconds heard;
    private final ExecutorService threads;

    /**
     * @param files of the transcripts; null: they are no files
     * @param together recordings under way
     */
    TranscribeTask(
        TranscriptMaker maker, @Nullable TranscriptFiles files, HeardSeconds heard, int together) {
      this.maker = maker;
      this.files = files;
      this.heard = heard;
      this.threads = Executors.newFixedThreadPool(together);
    }

    @Override
    public UnderWay begin(InputLine line) {
      Future<LineResult> result = threads.submit(() -> maker.result(line, files, heard.listener()));
      return new UnderWay() {
        @Override
        public LineResult result() {
          try {
            return SideThreads.get(result, null);
          } catch (InterruptedException e) {
            throw Interruption.stopped(e, "the transcripts are not whole; run it again");
          }
        }

        @Override
        public void cancel() {
          result.cancel(true);
        }
      };
    }

    /** Ends what is under way, and waits until its files are closed. */
    @Override
    public void close() {
      threads.shutdownNow();
      threads.close();
    }
  }
}
