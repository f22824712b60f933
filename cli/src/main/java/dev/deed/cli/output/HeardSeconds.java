package dev.deed.cli.output;

import dev.deed.speech.TranscriptionListener;
import java.io.PrintStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How many seconds of the recordings that were begun are done. Of a recording alone it is told on
 * stderr: by a bar on a terminal, else by a line every now and then. Safe for use from many
 * threads.
 */
public final class HeardSeconds implements AutoCloseable {
  private final ProgressLine bar;
  private @Nullable LogClock clock;
  private double done;
  private double total;

  /** When the first window was done, and what was done then: an earlier run may have done much. */
  private long since;

  private double doneThen = -1;

  private HeardSeconds(ProgressLine bar) {
    this.bar = bar;
  }

  /** Seconds of several recordings, which {@link JobProgress} shows. */
  public static HeardSeconds ofSeveral() {
    return new HeardSeconds(ProgressLine.none());
  }

  /**
   * The progress of a recording that is begun now.
   *
   * @param shown whether the transcript comes about on the terminal: there it is the progress
   */
  public static HeardSeconds of(OutputOptions options, boolean shown) {
    if (options.quiet || ProgressLine.wanted(options)) {
      return new HeardSeconds(
          shown ? ProgressLine.none() : ProgressLine.of(options, "seconds", -1));
    }
    return logging(LogClock.EVERY, System.err);
  }

  /** Writes a line to {@code log} every so often. */
  public static HeardSeconds logging(Duration every, PrintStream log) {
    HeardSeconds heard = ofSeveral();
    heard.clock = LogClock.start(every, () -> log.println("deed: " + heard.line()));
    return heard;
  }

  /** What listens to one recording. */
  public TranscriptionListener listener() {
    return new TranscriptionListener() {
      private double before = -1;

      @Override
      public boolean window(Progress progress) {
        boolean isFirst = before < 0;
        add(progress.doneSeconds() - Math.max(0, before), isFirst ? progress.totalSeconds() : 0);
        before = progress.doneSeconds();
        return true;
      }
    };
  }

  private synchronized void add(double more, double known) {
    done += more;
    total += known;
    if (doneThen < 0) {
      since = System.nanoTime();
      doneThen = done;
    }
    bar.to(Math.round(done), Math.round(total));
  }

  /** {@code 150 of 556 s}, of the recordings that were begun; empty before. */
  public synchronized String figures() {
    return total == 0 ? "" : Math.round(done) + " of " + Math.round(total) + " s";
  }

  /** {@code 150 of 556 s, 1 min 3 s left}. */
  private synchronized String line() {
    double perSecond = (done - doneThen) * 1e9 / Math.max(1, System.nanoTime() - since);
    return (total == 0 ? "0 s" : figures())
        + (doneThen >= 0 && perSecond > 0
            ? ", " + LogClock.inWords((long) ((total - done) / perSecond)) + " left"
            : "");
  }

  @Override
  public void close() {
    if (clock != null) {
      clock.close();
    }
    bar.close();
  }
}
