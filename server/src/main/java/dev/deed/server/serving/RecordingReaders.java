package dev.deed.server.serving;

import dev.deed.engine.SideThreads;
import dev.deed.engine.SideWork;
import dev.deed.server.http.ApiException;
import dev.deed.speech.Recording;
import dev.deed.speech.Transcriber;
import dev.deed.speech.TranscriptionOptions;
import dev.deed.value.InputException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/**
 * Threads of the system that decode recordings, which takes seconds for long ones. They are few, so
 * that little memory and a small part of the processors are taken. A file of a few bytes may hold
 * an hour, so every recording is first tried as a short one, and given up as soon as it is longer;
 * then it waits among the longer ones. Reading a long one pauses for every shorter one that comes.
 * Safe for use from many threads.
 */
public final class RecordingReaders {
  private static final int MOST_WAITING = 64;
  private static final Duration AGAIN = Duration.ofSeconds(5);

  /** From the shortest: half a second of work at most, some seconds, and whatever is allowed. */
  private final List<Level> levels =
      List.of(
          new Level(0, 60, 4_000_000),
          new Level(1, 16 * 60, 64_000_000),
          new Level(2, Integer.MAX_VALUE, Long.MAX_VALUE));

  private final SideThreads threads = new SideThreads(SideWork.RECORDINGS);

  /**
   * Has a recording read, and waits for it. An interruption of the thread that waits ends the
   * reading too.
   *
   * @param patience how long to wait
   * @throws ApiException 503 when too many others wait
   * @throws CompletionException of a {@link TimeoutException} when it takes longer
   */
  public Recording read(
      Transcriber transcriber, Recording recording, TranscriptionOptions options, Duration patience)
      throws InterruptedException {
    Reading reading = new Reading(transcriber, recording, options);
    try {
      reading.waitAt(levels.getFirst());
      return SideThreads.get(reading.result, patience);
    } finally {
      reading.leave();
    }
  }

  /** Reads the first of the shortest that wait below a level; false: none waits. */
  private boolean readBelow(int level) {
    for (Level shorter : levels.subList(0, level)) {
      Reading first = shorter.waiting.poll();
      if (first != null) {
        first.run();
        return true;
      }
    }
    return false;
  }

  /** Recordings of about a length; the bounds are those of one and of all its channels together. */
  private record Level(
      int number, int mostSeconds, long mostSamples, BlockingQueue<Reading> waiting) {
    Level(int number, int mostSeconds, long mostSamples) {
      this(number, mostSeconds, mostSamples, new ArrayBlockingQueue<>(MOST_WAITING));
    }
  }

  private final class Reading {
    final CompletableFuture<Recording> result = new CompletableFuture<>();
    private final Transcriber transcriber;
    private final Recording recording;
    private final TranscriptionOptions options;
    private volatile Level level = levels.getFirst();
    private volatile boolean hasLeft;

    Reading(Transcriber transcriber, Recording recording, TranscriptionOptions options) {
      this.transcriber = transcriber;
      this.recording = recording;
      this.options = options;
    }

    void waitAt(Level next) {
      level = next;
      if (next.waiting.offer(this)) {
        threads.execute(() -> readBelow(levels.size()));
      } else {
        result.completeExceptionally(
            ApiException.unavailable("overloaded", "too many recordings wait to be read", AGAIN));
      }
    }

    void run() {
      if (hasLeft) {
        return;
      }
      Recording bounded =
          recording.withMostSeconds(level.mostSeconds).withMostSamples(level.mostSamples);
      try {
        result.complete(transcriber.read(bounded, options, this::isUnwanted));
      } catch (RuntimeException | Error e) {
        if (e instanceof InputException wrong
            && wrong.kind() == InputException.Kind.TOO_LARGE
            && level != levels.getLast()) {
          waitAt(levels.get(level.number + 1));
        } else {
          result.completeExceptionally(e);
        }
      }
    }

    /** Asked all the time while it is read: here the shorter ones have their turn. */
    private boolean isUnwanted() {
      while (!hasLeft && readBelow(level.number)) {
        continue;
      }
      return hasLeft;
    }

    void leave() {
      hasLeft = true;
      level.waiting.remove(this);
    }
  }
}
