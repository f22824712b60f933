package dev.deed.cli;

import dev.deed.files.IoReason;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Answers that go to standard output, a pipe or a device, and are not kept there. */
record AnswerStream(OutputStream out, Path path) implements AnswerOutput {
  static AnswerStream standard() {
    return new AnswerStream(System.out, Path.of("/dev/stdout"));
  }

  /** Opens a pipe or device; a pipe waits for its reader. */
  static AnswerStream open(Path path) {
    // In a thread of its own, as waiting for a reader cannot be interrupted.
    FutureTask<OutputStream> opened =
        new FutureTask<>(() -> new FileOutputStream(path.toFile(), true));
    Thread.ofPlatform().daemon().name("deed-open").start(opened);
    try {
      return new AnswerStream(opened.get(), path);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io
          ? IoReason.unwritable(path, io)
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("stopped: nobody reads " + path + "; run it again");
    }
  }

  boolean isStandard() {
    return out == System.out;
  }

  @Override
  public void write(byte[] line) {
    try {
      out.write(line);
      out.flush();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  @Override
  public Left left(long count) {
    return new Left(
        Left.lines(count) + (count == 1 ? " was written" : " were written"),
        "decode the others to go on");
  }

  @Override
  public void close() {
    if (!isStandard()) {
      try {
        out.close();
      } catch (IOException e) {
        throw failure(e);
      }
    }
  }

  private OutputFailure failure(IOException e) {
    return new OutputFailure(path.toString(), path, "make room or give another place", e);
  }
}
