package dev.deed.cli;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.checkpoint.NamedPath;
import dev.deed.cli.options.OptionBounds;
import dev.deed.cli.options.RunOptions;
import dev.deed.cli.output.Notes;
import dev.deed.cli.output.ProgressLine;
import dev.deed.data.generate.GenerationJson;
import dev.deed.data.transcript.TranscriptFormat;
import dev.deed.data.transcript.TranscriptJson;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
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
    InputException.require(
        output != null || !overwrite, "--overwrite", "is for --output alone", "leave it out");
    TranscriptFiles files = TranscriptFiles.of(output, names, chosen, many, overwrite);
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
    Transcript transcript;
    try (HeardSeconds heard = new HeardSeconds(ProgressLine.of(model, "seconds", -1))) {
      transcript = transcriber.transcribe(recording(name), options, heard.listener());
    } catch (InputException e) {
      throw withPipe(name, e);
    }
    warn(name, transcript);
    files.write(0, chosen.write(transcript, speech.timestamps, speech.wordTimes));
    return 0;
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
    try (HeardSeconds heard = new HeardSeconds(ProgressLine.of(model, "seconds", -1));
        ExecutorService threads = Executors.newFixedThreadPool(batch)) {
      List<Future<Transcript>> waiting = new ArrayList<>();
      for (String name : names) {
        waiting.add(
            threads.submit(
                () -> transcriber.transcribe(recording(name), options, heard.listener())));
      }
      for (int i = 0; i < names.size(); i++) {
        try {
          Transcript transcript = waiting.get(i).get();
          warn(names.get(i), transcript);
          files.write(
              i,
              files.areStdout()
                  ? line(names.get(i), transcript, chosen)
                  : chosen.write(transcript, speech.timestamps, speech.wordTimes));
        } catch (ExecutionException e) {
          if (!(e.getCause() instanceof InputException bad)) {
            threads.shutdownNow();
            throw e.getCause() instanceof RuntimeException cause
                ? cause
                : new IllegalStateException(e.getCause());
          }
          code = 1;
          refused(names.get(i), withPipe(names.get(i), bad), files, chosen);
        } catch (InterruptedException e) {
          threads.shutdownNow();
          Thread.currentThread().interrupt();
          CancellationException stopped =
              new CancellationException("stopped: whole transcripts were kept; run the rest again");
          stopped.initCause(e);
          throw stopped;
        }
      }
    }
    return code;
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

  private static void warn(String name, Transcript transcript) {
    if (transcript.warning() != null) {
      String called = name.equals("-") ? "stdin" : name;
      Notes.print("deed: " + called + ": warning: " + transcript.warning());
    }
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
