package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Proof;
import dev.deed.data.CueLayout;
import dev.deed.data.GenerationJson;
import dev.deed.data.InputLine;
import dev.deed.data.LineResult;
import dev.deed.data.TranscribeType;
import dev.deed.data.TranscriptFormat;
import dev.deed.data.TranscriptJson;
import dev.deed.speech.PartialTranscript;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.Transcript;
import dev.deed.speech.TranscriptSegment;
import dev.deed.speech.TranscriptionListener;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.speech.TranscriptionOptions.Channels;
import dev.deed.speech.VoiceActivity;
import dev.deed.value.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * How a command transcribes recordings. Safe for use from many threads.
 *
 * @param times whether plain text tells times too
 * @param words whether JSON tells words with their times
 * @param layout of subtitles
 * @param proved model whose receipts JSON tells; null: none are wanted
 */
record TranscriptMaker(
    Transcriber transcriber,
    TranscriptionOptions options,
    TranscriptFormat format,
    boolean times,
    boolean words,
    CueLayout layout,
    @Nullable EncoderDecoderModel proved) {
  /** A transcript, and its windows as JSON where receipts are wanted. */
  record Made(Transcript transcript, ArrayNode windows) {}

  /**
   * A transcript; what its recording lacks is said.
   *
   * @param name of the recording; - for stdin
   * @param earlier what an earlier run left of it; null: nothing
   */
  private Made of(String name, TranscriptionListener listener, @Nullable PartialTranscript earlier)
      throws IOException {
    ArrayNode windows = GenerationJson.object().putArray("windows");
    TranscriptionListener proving =
        progress -> {
          TranscriptionListener.Window window = progress.window();
          if (proved != null && window != null) {
            windows.add(
                TranscriptJson.of(
                    window, Proof.receipt(proved, window.request(), window.answer())));
          }
          return listener.window(progress);
        };
    Recording recording =
        name.equals("-") ? Recording.of(System.in) : Recording.of(MediaFiles.path(name));
    Transcript transcript = transcriber.transcribe(recording, options, proving, earlier);
    if (transcript.warning() != null) {
      String called = name.equals("-") ? "stdin" : name;
      Notes.print("deed: " + called + ": warning: " + transcript.warning());
    }
    return new Made(transcript, windows);
  }

  /** Prints a transcript, whose pieces come as they are decoded where the format allows it. */
  private void print(String name, TranscriptionListener progress) throws IOException {
    List<TranscriptSegment> segments = new ArrayList<>();
    int[] printed = new int[1];
    TranscriptionListener pieces =
        window -> {
          segments.addAll(window.segments());
          if (format.isSubtitles()) {
            return progress.window(window);
          }
          String text = format.write(segments, times, layout);
          // A line of plain text goes on with the next window.
          boolean goesOn = format == TranscriptFormat.TEXT && !times;
          String whole = goesOn ? text.stripTrailing() : text;
          System.out.print(whole.substring(printed[0]));
          System.out.flush();
          printed[0] = whole.length();
          return progress.window(window);
        };
    // Channels that are split come one after the other.
    boolean inOrder = options.channels() == Channels.MIX && format.endsAnywhere();
    String text;
    try {
      text = text(of(name, inOrder ? pieces : progress, null));
    } catch (CancellationException e) {
      // Cues depend on what follows, so none was printed.
      System.out.print(format.isSubtitles() ? format.write(segments, times, layout) : "");
      System.out.flush();
      throw e;
    }
    System.out.print(text.substring(printed[0]));
    System.out.flush();
  }

  /**
   * Makes the transcript of one recording, unless an earlier run has.
   *
   * @param files where it goes; null: it is printed
   * @param shown whether the terminal shows its text as it comes about
   */
  void one(String name, @Nullable TranscriptFiles files, OutputOptions output, boolean shown)
      throws IOException {
    HeardSeconds heard = new HeardSeconds();
    try (ProgressLine progress = heard.show(output, shown)) {
      if (files == null) {
        print(name, heard.listener());
      } else if (!files.missing().isEmpty()) {
        write(name, files, heard.listener());
      }
    }
  }

  /** Writes the file of a transcript. */
  private Made write(String name, TranscriptFiles files, TranscriptionListener progress)
      throws IOException {
    try (TranscriptFile file = files.open(name, format, times, layout)) {
      try {
        TranscriptionListener windows =
            window -> {
              file.add(window);
              return progress.window(window);
            };
        Made made = of(name, windows, file.earlier());
        file.finish(text(made));
        return made;
      } catch (CancellationException e) {
        CancellationException stopped = new CancellationException("stopped: " + file.left());
        stopped.initCause(e);
        throw stopped;
      }
    }
  }

  /** The transcript of the recording that a line names, or why there is none. */
  LineResult result(InputLine line, @Nullable TranscriptFiles files, TranscriptionListener progress)
      throws IOException {
    String name = line.name();
    try {
      Made made = files == null ? of(name, progress, null) : write(name, files, progress);
      return new TranscribeType.Result(line, made.transcript(), json(made));
    } catch (InputException e) {
      return new LineResult.Refused(line, e);
    }
  }

  private String text(Made made) {
    return format.isJson()
        ? json(made) + "\n"
        : format.write(made.transcript().segments(), times, layout);
  }

  private static String vad(VoiceActivity voice) {
    return voice.wholeSeconds() == 0 ? "on" : "auto";
  }

  private ObjectNode json(Made made) {
    return switch (format) {
      case JSON -> TranscriptJson.plain(made.transcript(), words);
      case VERBOSE_JSON -> {
        ObjectNode json = TranscriptJson.verbose(made.transcript(), true, words);
        yield proved == null
            ? json
            : json.put("vad", options.voice() == null ? "off" : vad(options.voice()))
                .set("windows", made.windows());
      }
      case DIARIZED_JSON -> TranscriptJson.diarized(made.transcript());
      case TEXT, SRT, VTT -> GenerationJson.object();
    };
  }
}
