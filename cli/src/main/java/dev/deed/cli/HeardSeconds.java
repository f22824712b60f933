package dev.deed.cli;

import dev.deed.cli.output.ProgressLine;
import dev.deed.speech.TranscriptionListener;

/** Progress over the seconds of all recordings that were begun. Safe for use from many threads. */
final class HeardSeconds implements AutoCloseable {
  private final ProgressLine line;
  private double done;
  private double total;

  HeardSeconds(ProgressLine line) {
    this.line = line;
  }

  /** What listens to one recording. */
  TranscriptionListener listener() {
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
    line.to(Math.round(done), Math.round(total));
  }

  @Override
  public void close() {
    line.close();
  }
}
