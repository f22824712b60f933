package dev.deed.cli.output;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.InputReader;
import dev.deed.data.generate.GenerationJson;
import dev.deed.data.generate.LineGenerator;
import dev.deed.data.generate.LineResult;
import dev.deed.watch.Watch;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** A job of many lines: decodes them, tells of its progress, and sums up what it did. */
public final class LineJob {
  private final String input;
  private final AnswerOutput output;
  private final OutputOptions options;
  private final boolean trace;
  private final JobTotals totals;
  private final @Nullable Watch watch;
  private boolean fellBack;

  /**
   * @param input file of inputs; - for stdin
   * @param output where answers go, and where some may be
   * @param trace whether answers tell what exits below the last layer said
   * @param watch what sees the generator's answers; null for nothing
   */
  public LineJob(
      String input,
      AnswerOutput output,
      OutputOptions options,
      boolean trace,
      @Nullable Watch watch) {
    this.input = input;
    this.output = output;
    this.options = options;
    this.trace = trace;
    this.watch = watch;
    this.totals = new JobTotals(output.earlier().count(), output.earlier().failed());
  }

  /**
   * Decodes the lines that have no answer yet.
   *
   * @return the exit code of the command
   * @throws CancellationException when the thread was interrupted; whole lines are kept
   */
  public int run(LineGenerator generator) throws IOException {
    boolean printed = output instanceof AnswerStream stream && stream.isStandard();
    boolean ended;
    try (InputReader reader = reader();
        JobProgress progress =
            JobProgress.of(
                options,
                totals,
                input.equals("-") ? -1 : InputReader.count(Path.of(input)),
                printed && Boolean.getBoolean("deed.stdout.terminal"))) {
      ended =
          generator.run(
              output.earlier().unanswered(reader::next), result -> write(result, progress));
    } catch (RuntimeException | VirtualMachineError e) {
      tellWhatIsLeft();
      throw e;
    }
    if (ended) {
      output.finish();
    }
    output.close();
    JobTotals.Figures figures = totals.figures();
    if (options.json && !printed) {
      System.out.println(json(figures, !ended));
    } else if (!options.quiet) {
      // Standard output holds the answers, unless they have a file.
      System.err.println(options.json ? json(figures, !ended) : "deed: " + summary(figures));
    }
    if (!ended) {
      AnswerOutput.Left left = output.left(figures.lines());
      throw new CancellationException("stopped: " + left.lines() + "; " + left.next());
    }
    if (figures.failed() > 0) {
      Notes.print(
          "deed: %s: %d of %d lines could not be decoded; their results say why"
              .formatted(input, figures.failed(), figures.lines()));
      return Failures.FAILED;
    }
    return 0;
  }

  /** For errors that know nothing of lines. */
  private void tellWhatIsLeft() {
    output.close();
    long lines = totals.figures().lines();
    if (lines > 0 && !options.quiet) {
      AnswerOutput.Left left = output.left(lines);
      System.err.println("deed: " + left.lines() + "; " + left.next());
    }
  }

  private InputReader reader() {
    if (!input.equals("-")) {
      return InputReader.open(Path.of(input));
    }
    // A channel, as reading from System.in cannot be interrupted.
    InputStream in = Channels.newInputStream(new FileInputStream(FileDescriptor.in).getChannel());
    return InputReader.of("stdin", Path.of("").toAbsolutePath(), in);
  }

  private void write(LineResult result, JobProgress progress) {
    ObjectNode json = GenerationJson.object();
    GenerationJson.write(result, trace, json);
    output.write((json + "\n").getBytes(StandardCharsets.UTF_8));
    totals.add(result);
    progress.step();
    noteFallback();
    if (options.stacktrace && result instanceof LineResult.Refused refused) {
      refused.error().printStackTrace();
    }
  }

  private void noteFallback() {
    if (watch != null && !fellBack && watch.tally().fellBack()) {
      fellBack = true;
      Notes.print("deed: " + input + ": " + watch.tally().sentence());
    }
  }

  private String summary(JobTotals.Figures figures) {
    return String.format(
        Locale.ROOT,
        "%d %s%s, %d failed, %,d tokens, %.1f %% of decoder layers saved%s%s;"
            + " %.1f s, %.1f lines/s, %,.0f tokens/s",
        figures.lines(),
        figures.lines() == 1 ? "line" : "lines",
        figures.earlier() == 0 ? "" : " (" + figures.earlier() + " of them there before)",
        figures.failed(),
        figures.tokens(),
        100 * figures.layersSaved(),
        figures.drafted() == 0
            ? ""
            : String.format(
                Locale.ROOT,
                ", %.1f %% of %,d drafts kept",
                100 * figures.draftsKept(),
                figures.drafted()),
        watch == null ? "" : ", " + watch.tally().counts(),
        figures.seconds(),
        figures.linesPerSecond(),
        figures.tokensPerSecond());
  }

  private ObjectNode json(JobTotals.Figures figures, boolean stopped) {
    ObjectNode json =
        GenerationJson.object()
            .put("lines", figures.lines())
            .put("earlier", figures.earlier())
            .put("failed", figures.failed())
            .put("tokens", figures.tokens())
            .put("layers_saved", figures.layersSaved());
    if (figures.drafted() > 0) {
      json.put("drafted", figures.drafted()).put("accepted", figures.accepted());
    }
    if (watch != null) {
      Watch.Tally tally = watch.tally();
      json.put("watched", tally.watched())
          .put("watched_disagreements", tally.disagreements())
          .put("watch_tolerance", tally.points())
          .put("fell_back", tally.fellBack());
    }
    return json.put("seconds", figures.seconds())
        .put("lines_per_s", figures.linesPerSecond())
        .put("tokens_per_s", figures.tokensPerSecond())
        .put("stopped", stopped);
  }
}
