package dev.deed.cli;

import dev.deed.speech.TranscriptionListener;

/** How many seconds of the recordings that were begun are done. Safe for use from many threads. */
public final class HeardSeconds {
  private ProgressLine bar = ProgressLine.none();
  private double done;
  private double total;

  /** When the first window was done, and what was done then: an earlier run may have done much. */
  private long since;

  private double doneThen = -1;

  /** Shows them of a recording begun now, unless its text is {@code shown} on the terminal. */
  public ProgressLine show(OutputOptions options, boolean shown) {
    bar = ProgressLine.telling(options, "seconds", -1, 0, shown, this::line);
    return bar;
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

  /** {@code 150 of 556 s of those begun}; empty before, and where all of those are done. */
  public synchronized String figures() {
    return Math.round(done) == Math.round(total) ? "" : seconds() + " of those begun";
  }

  private String seconds() {
    return Math.round(done) + " of " + Math.round(total) + " s";
  }

  /** {@code 150 of 556 s, 1 min 3 s left}. */
  public synchronized String line() {
    double perSecond = (done - doneThen) * 1e9 / Math.max(1, System.nanoTime() - since);
    return (total == 0 ? "no window is done yet" : seconds())
        + (doneThen >= 0 && perSecond > 0
            ? ", " + ProgressLine.inWords((long) ((total - done) / perSecond)) + " left"
            : "");
  }
}
