package dev.deed.data;

import dev.deed.value.InputException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a task over many lines, several of which are under way at once. Results come in the order of
 * the lines; a line that cannot be answered fails alone. Interrupting the thread stops the run:
 * what is under way is given up. Belongs to one thread.
 *
 * @param together lines under way, 1…{@value #MOST_TOGETHER}
 */
public record ManyLines(Task task, int together) {
  /** Lines beyond this would fill memory with encoder outputs rather than save time. */
  public static final int MOST_TOGETHER = 1024;

  /**
   * @throws InputException when {@code together} is out of range
   */
  public ManyLines {
    InputException.require(
        together >= 1 && together <= MOST_TOGETHER,
        "batch",
        "is " + together,
        "give 1.." + MOST_TOGETHER);
  }

  /** Takes the results one after the other. */
  @FunctionalInterface
  public interface Sink {
    void accept(LineResult result) throws IOException;
  }

  /** A line and what becomes of it. */
  private record Started(ParsedLine line, Task.UnderWay work) {}

  /**
   * Answers all lines.
   *
   * @param lines gives one after the other, {@code null} after the last
   * @return whether it came to the end of the lines; false where an interruption stopped it
   * @throws InputException what the source throws
   * @throws IOException what the sink throws
   */
  public boolean run(Supplier<@Nullable ParsedLine> lines, Sink sink) throws IOException {
    Deque<Started> started = new ArrayDeque<>();
    try {
      for (ParsedLine line = next(lines, started, sink);
          line != null;
          line = next(lines, started, sink)) {
        started.add(begin(line));
        if (started.size() == together) {
          // Half of them anew: inputs that come together are encoded together.
          while (started.size() > together / 2) {
            sink.accept(result(started.remove()));
          }
        }
      }
      finish(started, sink);
      return true;
    } catch (CancellationException | InputException e) {
      // Interrupting a thread that waits for standard input closes it.
      if (Thread.currentThread().isInterrupted()) {
        return false;
      }
      throw e;
    } finally {
      started.forEach(one -> one.work.cancel());
    }
  }

  /** Where no more can be read, lines before are answered all the same. */
  private @Nullable ParsedLine next(
      Supplier<@Nullable ParsedLine> lines, Deque<Started> started, Sink sink) throws IOException {
    try {
      return lines.get();
    } catch (InputException | OutOfMemoryError e) {
      if (!Thread.currentThread().isInterrupted()) {
        finish(started, sink);
      }
      throw e;
    }
  }

  private void finish(Deque<Started> started, Sink sink) throws IOException {
    while (!started.isEmpty()) {
      sink.accept(result(started.remove()));
    }
  }

  private Started begin(ParsedLine line) {
    try {
      return new Started(
          line,
          switch (line) {
            case BadLine bad -> new Refused(refused(bad, bad.error()));
            case InputLine good -> task.begin(good);
          });
    } catch (InputException | OutOfMemoryError e) {
      return new Started(line, new Refused(refused(line, e)));
    }
  }

  private LineResult result(Started started) {
    try {
      return started.work.result();
    } catch (CancellationException e) {
      started.work.cancel();
      throw e;
    } catch (CompletionException e) {
      return refused(started.line, e.getCause() == null ? e : e.getCause());
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      return refused(started.line, e);
    }
  }

  private LineResult refused(ParsedLine line, Throwable error) {
    return new LineResult.Refused(line, error, task.fields());
  }

  /** A line that nobody needs to be asked about. */
  private record Refused(LineResult result) implements Task.UnderWay {
    @Override
    public void cancel() {}
  }
}
