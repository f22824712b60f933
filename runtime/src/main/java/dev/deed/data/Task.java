package dev.deed.data;

import dev.deed.InFlight;
import dev.deed.value.InputException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Function;

/**
 * What a model does with a line: it generates an answer, reads a page or its tables, transcribes a
 * recording. A task has the {@link dev.deed.Asker} that gets its requests answered. {@link
 * ManyLines} runs it over many lines.
 */
@FunctionalInterface
public interface Task {
  /**
   * Begins a line. Those of a run are begun in their order, by one thread.
   *
   * @return what gives the result
   * @throws InputException when the line cannot be used
   * @throws CancellationException when the thread is interrupted
   */
  UnderWay begin(InputLine line);

  /**
   * {@return fields of a line that mean something to this task, which its result has no copy of}
   */
  default Set<String> fields() {
    return Set.of();
  }

  /** The task, with such fields. */
  default Task withFields(Set<String> fields) {
    return new Task() {
      @Override
      public UnderWay begin(InputLine line) {
        return Task.this.begin(line);
      }

      @Override
      public Set<String> fields() {
        return fields;
      }
    };
  }

  /**
   * The picture or the sound of a line that has to have one.
   *
   * @throws InputException when it has none
   */
  static Media media(InputLine line, String field, String whatToDo) {
    Media media = line.media().get(field);
    if (media == null) {
      throw InputException.ofField(field, "is missing", whatToDo);
    }
    return media;
  }

  /** A line that was begun. */
  interface UnderWay {
    /**
     * Waits for the result. Those of a run are asked for in the order of their lines, by the thread
     * that began them.
     *
     * @return what became of the line
     * @throws InputException when it cannot be answered
     * @throws CancellationException when the thread is interrupted
     */
    LineResult result();

    /** Gives it up; nothing happens where it is over. */
    void cancel();

    /**
     * What a reader has begun.
     *
     * @param result makes the result of what it gives
     */
    static <T> UnderWay of(InFlight<T> reading, Function<T, LineResult> result) {
      return new UnderWay() {
        @Override
        public LineResult result() {
          return result.apply(reading.await());
        }

        @Override
        public void cancel() {
          reading.cancel();
        }
      };
    }
  }
}
