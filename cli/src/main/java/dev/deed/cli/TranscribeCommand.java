package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.cli.options.OptionBounds;
import dev.deed.cli.options.RunOptions;
import dev.deed.cli.output.AnswerOutput.Existing;
import dev.deed.cli.output.HeardSeconds;
import dev.deed.cli.output.Notes;
import dev.deed.cli.output.TranscriptFile;
import dev.deed.data.generate.GenerationJson;
import dev.deed.data.transcript.TranscriptFormat;
import dev.deed.data.transcript.TranscriptJson;
import dev.deed.files.NamedPath;
import dev.deed.speech.PartialTranscript;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptSegment;
import dev.deed.speech.TranscriptionListener;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deed transcribe}: speech to text, for recordings of any length. */
@Command(
    name = "transcribe",
    description = "Writes down what is said in recordings of any length (Whisper-type models).",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Several recordings give an answer a line on stdout, in their order; with --output each has a"
          + " file of its name in that folder.",
      "A line on stderr tells every 15 s where it is. What is done is kept beside --output; docs/jobs.md"
          + " says what becomes of it at each kind of end, and how --resume goes on.",
      "Exit codes: 0 all recordings transcribed; 1 some could not be; 2 wrong usage or bad input;"
          + " 130 stopped by Ctrl-C; 143 stopped by SIGTERM."
    })
final class TranscribeCommand implements Callable<Integer> {
  private static final int MOST_TOGETHER = 64;

  @Mixin RunOptions model = new RunOptions();
  @Mixin ExitOptions exits = new ExitOptions();
  @Mixin SpeechOptions speech = new SpeechOptions();

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "AUDIO",
      description =
          "WAV, FLAC, AIFF or AU files; folders of them; - reads stdin, such as the WAV of"
              + " ffmpeg -i talk.mp3 -f wav -")
  List<String> recordings = List.of();

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description =
          "text, json, verbose_json (language, length, segments with times, tokens and exit layers),"
              + " srt or vtt (default: text; with --json or --word-times verbose_json).")
  @Nullable String format;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "File of a transcript, or folder for several (default: stdout).")
  @Nullable String output;

  @Option(names = "--overwrite", description = "Replace transcripts that are there.")
  boolean overwrite;

  @Option(
      names = "--resume",
      description =
          "Make the transcripts that an earlier run did not, and go on behind the windows that it"
              + " left beside --output.")
  boolean resume;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description =
          "Recordings transcribed together; the transcripts stay the same (default: ${DEFAULT-VALUE}).")
  int batch = 4;

  @Override
  public Integer call() throws IOException {
    ExitSettings asked = exits.settings();
    OptionBounds.requireWithin("--batch", batch, 1, MOST_TOGETHER);
    TranscriptFormat chosen = format();
    boolean many = MediaFiles.areMany(recordings);
    List<String> names = MediaFiles.SOUNDS.names(recordings);
    InputException.require(
        !many
            || output != null
            || !(chosen == TranscriptFormat.SRT || chosen == TranscriptFormat.VTT),
        "--format " + chosen.spelling(),
        "gives a file for each of several recordings",
        "give a folder with --output");
    TranscriptFiles files = TranscriptFiles.of(output, names, chosen, many, existing());
    TranscriptionOptions options = speech.options(asked, chosen);
    int rows = Math.min(batch, names.size()) * (speech.beams == null ? 1 : speech.beams);
    EngineOptions places =
        EngineOptions.defaults()
            .withMaxRows(Math.clamp(rows, 1, EngineOptions.MOST_ROWS))
            .withKnee(Math.clamp(rows, 1, EngineOptions.MOST_ROWS));
    try (EncoderDecoderModel opened = model.open();
        Engine engine = opened.engine(places)) {
      Transcriber transcriber = Transcriber.of(engine);
      transcriber.check(options);
      return many
          ? each(transcriber, options, names, files, chosen)
          : one(transcriber, options, names.getFirst(), files, chosen);
    }
  }

  private Existing existing() {
    InputException.require(
        !overwrite || !resume, "--overwrite, --resume", "exclude one another", "leave one out");
    InputException.require(
        output != null || !overwrite && !resume,
        overwrite ? "--overwrite" : "--resume",
        "is for --output alone",
        "leave it out");
    return resume ? Existing.RESUMED : overwrite ? Existing.OVERWRITTEN : Existing.REFUSED;
  }

  private TranscriptFormat format() {
    if (format == null) {
      return model.json || speech.wordTimes ? TranscriptFormat.VERBOSE_JSON : TranscriptFormat.TEXT;
    }
    TranscriptFormat chosen = TranscriptFormat.of("--format", format);
    InputException.require(
        !model.json || chosen.isJson(),
        "--json, --format " + format,
        "exclude one another",
        "leave one of them out");
    InputException.require(
        !speech.wordTimes || chosen.isJson(),
        "--word-times",
        "are told in JSON alone",
        "give --format json or verbose_json");
    return chosen;
  }

  private int one(
      Transcriber transcriber,
      TranscriptionOptions options,
      String name,
      TranscriptFiles files,
      TranscriptFormat chosen)
      throws IOException {
    boolean printed = files.areStdout() && chosen.endsAnywhere();
    boolean shown = printed && Boolean.getBoolean("deed.stdout.terminal");
    try (HeardSeconds heard = HeardSeconds.of(model, 1, shown)) {
      if (!files.areStdout()) {
        write(transcriber, options, name, 0, files, chosen, heard);
      } else if (printed) {
        print(transcriber, options, name, chosen, heard);
      } else {
        Transcript transcript = transcribe(transcriber, options, name, heard.listener(), null);
        System.out.print(chosen.write(transcript, speech.timestamps, speech.wordTimes));
      }
      System.out.flush();
    }
    return 0;
  }

  /**
   * A transcript; what its recording lacks is said.
   *
   * @param earlier what an earlier run left of it; null: nothing
   */
  private static Transcript transcribe(
      Transcriber transcriber,
      TranscriptionOptions options,
      String name,
      TranscriptionListener listener,
      @Nullable PartialTranscript earlier)
      throws IOException {
    try {
      Transcript transcript = transcriber.transcribe(recording(name), options, listener, earlier);
      if (transcript.warning() != null) {
        String called = name.equals("-") ? "stdin" : name;
        Notes.print("deed: " + called + ": warning: " + transcript.warning());
      }
      return transcript;
    } catch (InputException e) {
      throw withPipe(name, e);
    }
  }

  /** Prints the pieces of a transcript as they come about. */
  private void print(
      Transcriber transcriber,
      TranscriptionOptions options,
      String name,
      TranscriptFormat chosen,
      HeardSeconds heard)
      throws IOException {
    TranscriptionListener progress = heard.listener();
    List<TranscriptSegment> segments = new ArrayList<>();
    int[] printed = new int[1];
    Transcript transcript =
        transcribe(
            transcriber,
            options,
            name,
            window -> {
              segments.addAll(window.segments());
              String text = chosen.write(segments, speech.timestamps);
              // A line of plain text goes on with the next window.
              boolean goesOn = chosen == TranscriptFormat.TEXT && !speech.timestamps;
              String whole = goesOn ? text.stripTrailing() : text;
              System.out.print(whole.substring(printed[0]));
              System.out.flush();
              printed[0] = whole.length();
              return progress.window(window);
            },
            null);
    String text = chosen.write(transcript, speech.timestamps, speech.wordTimes);
    System.out.print(text.substring(printed[0]));
  }

  /** Writes the file of a transcript, unless an earlier run did. */
  private void write(
      Transcriber transcriber,
      TranscriptionOptions options,
      String name,
      int index,
      TranscriptFiles files,
      TranscriptFormat chosen,
      HeardSeconds heard)
      throws IOException {
    if (files.isWhole(index)) {
      return;
    }
    try (TranscriptFile file = files.open(index, chosen, speech.timestamps)) {
      TranscriptionListener progress = heard.listener();
      try {
        Transcript transcript =
            transcribe(
                transcriber,
                options,
                name,
                window -> {
                  file.add(window);
                  return progress.window(window);
                },
                file.earlier());
        file.finish(chosen.write(transcript, speech.timestamps, speech.wordTimes));
      } catch (CancellationException e) {
        CancellationException stopped = new CancellationException("stopped: " + file.left());
        stopped.initCause(e);
        throw stopped;
      }
    }
  }

  /** A recording that cannot be transcribed does not keep the others from it. */
  private int each(
      Transcriber transcriber,
      TranscriptionOptions options,
      List<String> names,
      TranscriptFiles files,
      TranscriptFormat chosen)
      throws IOException {
    int code = 0;
    int whole = 0;
    try (HeardSeconds heard = HeardSeconds.of(model, names.size(), false);
        ExecutorService threads = Executors.newFixedThreadPool(batch)) {
      List<Future<String>> waiting = new ArrayList<>();
      for (int i = 0; i < names.size(); i++) {
        int index = i;
        waiting.add(
            threads.submit(
                () -> answer(transcriber, options, names.get(index), index, files, chosen, heard)));
      }
      for (int i = 0; i < names.size(); i++) {
        try {
          System.out.print(waiting.get(i).get());
          System.out.flush();
          whole++;
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof InputException bad)) {
            threads.shutdownNow();
            throw unchecked(e);
          }
          code = 1;
          refused(names.get(i), bad, files, chosen);
        } catch (InterruptedException e) {
          threads.shutdownNow();
          Thread.currentThread().interrupt();
          String next = files.areStdout() ? "run the others again" : "go on with --resume";
          CancellationException stopped =
              new CancellationException(
                  "stopped: %d of %d transcripts are whole; %s"
                      .formatted(whole, names.size(), next));
          stopped.initCause(e);
          throw stopped;
        }
      }
    }
    return code;
  }

  /** The line of a recording for stdout; nothing where its transcript has a file. */
  private String answer(
      Transcriber transcriber,
      TranscriptionOptions options,
      String name,
      int index,
      TranscriptFiles files,
      TranscriptFormat chosen,
      HeardSeconds heard)
      throws IOException {
    try {
      if (files.areStdout()) {
        return line(name, transcribe(transcriber, options, name, heard.listener(), null), chosen);
      }
      write(transcriber, options, name, index, files, chosen, heard);
      return "";
    } finally {
      heard.recordingDone();
    }
  }

  private static RuntimeException unchecked(ExecutionException e) {
    return switch (e.getCause()) {
      case Error error -> throw error;
      case RuntimeException unchecked -> unchecked;
      case null, default -> new IllegalStateException(e);
    };
  }

  private void refused(
      String name, InputException bad, TranscriptFiles files, TranscriptFormat chosen) {
    if (files.areStdout() && chosen.isJson()) {
      System.out.println(GenerationJson.object().put("id", name).put("error", bad.getMessage()));
      return;
    }
    if (files.areStdout()) {
      System.out.println();
    }
    String named = bad.what().endsWith(name) ? "" : name + ": ";
    Notes.print("deed: " + named + bad.getMessage());
  }

  /** What is not read as it is can be read from a pipe. */
  private static InputException withPipe(String name, InputException bad) {
    if (bad.kind() != InputException.Kind.UNSUPPORTED_SOUND) {
      return bad;
    }
    String file = name.matches("[A-Za-z0-9._/-]{2,}") ? name : "FILE";
    String pipe = "ffmpeg -i " + file + " -ac 1 -f wav - | deed transcribe MODEL -";
    return new InputException(
        bad.what(), bad.why(), "give a WAV or FLAC, or run " + pipe, bad.kind());
  }

  private String line(String name, Transcript transcript, TranscriptFormat chosen) {
    return switch (chosen) {
      case JSON ->
          GenerationJson.object()
                  .put("id", name)
                  .setAll(TranscriptJson.plain(transcript, speech.wordTimes))
              + "\n";
      case VERBOSE_JSON ->
          GenerationJson.object()
                  .put("id", name)
                  .setAll(TranscriptJson.verbose(transcript, true, speech.wordTimes))
              + "\n";
      case TEXT, SRT, VTT -> transcript.text().replaceAll("\\R", "\\\\n") + "\n";
    };
  }

  private static Recording recording(String name) throws IOException {
    return name.equals("-")
        ? Recording.of(System.in)
        : Recording.of(NamedPath.of("path \"" + name + "\"", name));
  }
}
