package dev.deed.cli.output;

import dev.deed.speech.TranscriptionListener;
import java.io.PrintStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells on stderr how many seconds of the recordings that were begun are done: by a bar on a
 * terminal, else by a line every now and then. Safe for use from many threads.
 */
public final class HeardSeconds implements AutoCloseable {
  private final int recordings;
  private final ProgressLine bar;
  private @Nullable LogClock clock;
  private int whole;
  private double done;
  private double total;

  /** When the first window was done, and what was done then: an earlier run may have done much. */
  private long since;

  private double doneThen = -1;

  private HeardSeconds(int recordings, ProgressLine bar) {
    this.recordings = recordings;
    this.bar = bar;
  }

  /**
   * The progress of a work that begins now.
   *
   * @param shown whether the transcript comes about on the terminal: there it is the progress
   */
  public static HeardSeconds of(OutputOptions options, int recordings, boolean shown) {
    if (options.quiet || ProgressLine.wanted(options)) {
      return new HeardSeconds(
          recordings, shown ? ProgressLine.none() : ProgressLine.of(options, "seconds", -1));
    }
    return logging(recordings, LogClock.EVERY, System.err);
  }

  /** Writes a line to {@code log} every so often. */
  public static HeardSeconds logging(int recordings, Duration every, PrintStream log) {
    HeardSeconds heard = new HeardSeconds(recordings, ProgressLine.none());
    heard.clock = LogClock.start(heard::line, every, log);
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

  /** A recording is done, or cannot be. */
  public synchronized void recordingDone() {
    whole++;
  }

  /** {@code 2 of 12 recordings, 150 of 556 s, 1 min 3 s left}. */
  private synchronized String line() {
    double perSecond = (done - doneThen) * 1e9 / Math.max(1, System.nanoTime() - since);
    boolean tells = recordings == 1 && doneThen >= 0 && perSecond > 0;
    return (recordings == 1 ? "" : whole + " of " + recordings + " recordings, ")
        + Math.round(done)
        + (total == 0 ? " s" : " of " + Math.round(total) + " s")
        + (tells ? ", " + LogClock.inWords((long) ((total - done) / perSecond)) + " left" : "");
  }

  @Override
  public void close() {
    if (clock != null) {
      clock.close();
    }
    bar.close();
  }
}
