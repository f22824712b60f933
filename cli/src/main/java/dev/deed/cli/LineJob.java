package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.data.GenerationJson;
import dev.deed.data.LineReader;
import dev.deed.data.LineResult;
import dev.deed.data.LineResult.DecodingCost;
import dev.deed.data.ManyLines;
import dev.deed.watch.Watch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A job of many lines: decodes them, tells of its progress, and sums up what it did. */
public final class LineJob {
  private final JobInput input;
  private final AnswerOutput output;
  private final OutputOptions options;
  private final LineForm form;
  private final JobTotals totals;
  private final @Nullable Watch watch;
  private boolean fellBack;

  public LineJob(
      JobInput input,
      AnswerOutput output,
      OutputOptions options,
      LineForm form,
      @Nullable Watch watch) {
    this.input = input;
    this.output = output;
    this.options = options;
    this.form = form;
    this.watch = watch;
    this.totals = new JobTotals(output.earlier().count(), output.earlier().failed());
  }

  /**
   * Decodes the lines that have no answer yet.
   *
   * @param within what progress tells of the lines at hand
   * @return the exit code of the command
   * @throws CancellationException when the thread was interrupted; whole lines are kept
   */
  public int run(ManyLines work, Supplier<String> within) throws IOException {
    boolean printed = output instanceof AnswerStream stream && stream.isStandard();
    boolean ended;
    try (LineReader reader = input.lines().get();
        ProgressLine progress =
            new JobProgress(totals, input.count().getAsLong(), input.noun(), within)
                .show(options, printed && Boolean.getBoolean("deed.stdout.terminal"))) {
      ended =
          work.run(output.earlier().unanswered(reader::next), result -> write(result, progress));
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
    if (figures.failed() > 0 && form.isJson()) {
      Notes.print(
          "deed: %s: %d of %d lines could not be decoded; their results say why"
              .formatted(input.name(), figures.failed(), figures.lines()));
    }
    if (figures.cutOff() > 0) {
      Notes.print(
          "deed: %s: %d of %d answers are cut off, and no texts of their language%s"
              .formatted(
                  input.name(),
                  figures.cutOff(),
                  figures.written(),
                  form.isJson() ? "; they have a warning" : ""));
    }
    // A line of JSON has its warning.
    return figures.failed() + (form.isJson() ? 0 : figures.cutOff()) > 0 ? Failures.FAILED : 0;
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

  private void write(LineResult result, ProgressLine progress) {
    output.write((form.line(result) + "\n").getBytes(StandardCharsets.UTF_8));
    totals.add(result);
    progress.step();
    noteFallback();
    if (!form.isJson()) {
      LineForm.note(options, result);
    }
    if (options.stacktrace && result instanceof LineResult.Refused refused) {
      refused.error().printStackTrace();
    }
  }

  private void noteFallback() {
    if (watch != null && !fellBack && watch.tally().fellBack()) {
      fellBack = true;
      Notes.print("deed: " + input.name() + ": " + watch.tally().sentence());
    }
  }

  private String summary(JobTotals.Figures figures) {
    JobTotals.DraftCount drafts = figures.drafts();
    return String.format(
        Locale.ROOT,
        "%d %s%s, %d failed, %,d tokens, %.1f %% of decoder layers saved%s%s;"
            + " %.1f s, %.1f %s/s, %,.0f tokens/s",
        figures.lines(),
        figures.lines() == 1 ? input.noun().substring(0, input.noun().length() - 1) : input.noun(),
        figures.earlier() == 0 ? "" : " (" + figures.earlier() + " of them there before)",
        figures.failed(),
        figures.tokens(),
        100 * figures.layersSaved(),
        drafts.drafted() == 0
            ? ""
            : String.format(
                Locale.ROOT, ", %.1f %% of %,d drafts kept", 100 * drafts.kept(), drafts.drafted()),
        watch == null ? "" : ", " + watch.tally().counts(),
        figures.seconds(),
        figures.linesPerSecond(),
        input.noun(),
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
    JobTotals.DraftCount drafts = figures.drafts();
    if (drafts.drafted() > 0) {
      json.put("drafted", drafts.drafted()).put("accepted", drafts.accepted());
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

  /**
   * Where a job is.
   *
   * @param total lines of the job, those of an earlier one included; below 0 when that is not known
   * @param noun what its lines are
   * @param within what is told of the lines at hand; empty for nothing
   */
  public record JobProgress(JobTotals totals, long total, String noun, Supplier<String> within) {
    /** Shows it also within a long batch, unless results are {@code shown} on the terminal. */
    ProgressLine show(OutputOptions options, boolean shown) {
      long done = totals.figures().lines();
      return ProgressLine.telling(options, noun, Math.max(total, -1), done, shown, this::line)
          .withMessage(() -> speed(totals.figures()));
    }

    /** {@code 120 of 600 lines, 1 failed, 2,134 tokens/s, 3 min 20 s left}. */
    public String line() {
      JobTotals.Figures figures = totals.figures();
      String of = total < 0 ? "" : " of " + total;
      double seconds = (total - figures.lines()) / figures.linesPerSecond();
      String left =
          total < 0 || figures.written() == 0
              ? ""
              : ", " + ProgressLine.inWords((long) seconds) + " left";
      return figures.lines() + of + " " + noun + ", " + speed(figures) + left;
    }

    private String speed(JobTotals.Figures figures) {
      String more = within.get();
      return String.format(
          Locale.ROOT,
          "%d failed, %,.0f tokens/s%s",
          figures.failed(),
          figures.tokensPerSecond(),
          more.isEmpty() ? "" : ", " + more);
    }
  }

  /** What a job has done so far. Safe for use from many threads. */
  public static final class JobTotals {
    private final long earlier;
    private final long start = System.nanoTime();
    private long decoded;
    private long failed;
    private long cutOff;
    private DecodingCost cost = DecodingCost.NONE;

    /**
     * @param earlier lines that an earlier job left
     * @param failed how many of these could not be decoded
     */
    public JobTotals(long earlier, long failed) {
      this.earlier = earlier;
      this.failed = failed;
    }

    public synchronized void add(LineResult result) {
      decoded++;
      failed += result instanceof LineResult.Refused ? 1 : 0;
      cutOff += result.shortfall() == null ? 0 : 1;
      cost = cost.plus(result.cost());
    }

    /**
     * Drafts of a job.
     *
     * @param asked those that full depth was asked about
     * @param accepted those of them that it emitted too
     */
    record DraftCount(long drafted, long accepted) {
      /** Share of the drafts that were kept, 0…1; 0 without any. */
      double kept() {
        return drafted == 0 ? 0 : (double) accepted / drafted;
      }
    }

    /**
     * The totals at this moment.
     *
     * @param lines all lines of the output, those of an earlier job included
     * @param earlier lines of an earlier job
     * @param failed lines of the output that could not be decoded
     * @param cutOff answers of this job that are mere beginnings of what they are held to
     * @param tokens emitted by this job, in all returned answers
     * @param layersSaved share of decoder layers that this job did not run, 0…1
     * @param drafts those of lossless exits in this job
     * @param seconds since this job began to decode
     */
    record Figures(
        long lines,
        long earlier,
        long failed,
        long cutOff,
        long tokens,
        double layersSaved,
        DraftCount drafts,
        double seconds) {
      long written() {
        return lines - earlier;
      }

      double linesPerSecond() {
        return seconds == 0 ? 0 : written() / seconds;
      }

      double tokensPerSecond() {
        return seconds == 0 ? 0 : tokens / seconds;
      }
    }

    synchronized Figures figures() {
      long possible = cost.layersPossible();
      double saved = possible == 0 ? 0 : Math.max(0, 1 - (double) cost.layersRun() / possible);
      double seconds = (System.nanoTime() - start) / 1e9;
      DraftCount drafts = new DraftCount(cost.drafted(), cost.accepted());
      return new Figures(
          earlier + decoded, earlier, failed, cutOff, cost.tokens(), saved, drafts, seconds);
    }
  }
}
