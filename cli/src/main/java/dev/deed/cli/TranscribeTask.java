package dev.deed.cli;

import dev.deed.cli.output.HeardSeconds;
import dev.deed.data.InputLine;
import dev.deed.data.generate.LineResult;
import dev.deed.data.generate.Task;
import dev.deed.engine.SideThreads;
import dev.deed.files.Interruption;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Transcribes the recordings that lines name, several at once. */
final class TranscribeTask implements Task, AutoCloseable {
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
