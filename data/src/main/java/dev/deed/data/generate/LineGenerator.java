package dev.deed.data.generate;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.Prepared;
import dev.deed.checkpoint.InputException;
import dev.deed.data.BadLine;
import dev.deed.data.InputLine;
import dev.deed.data.LineInputs;
import dev.deed.data.ParsedLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Decodes lines in batches. Results come in the order of the lines and are those of one-by-one
 * decoding, bit for bit; a line that cannot be decoded fails alone, also where memory is used up.
 * Interrupting the thread stops the work: the results of the batch at hand are dropped. Belongs to
 * one thread.
 */
public final class LineGenerator {
  /** Lines beyond this would fill memory with encoder outputs rather than save time. */
  public static final int LARGEST_BATCH = 1024;

  /** Pictures of so many lines are in memory at a time. */
  private static final int PREPARED_TOGETHER = 16;

  private final EncoderDecoderModel model;
  private final LineOptions options;
  private final int batch;

  /**
   * @param batch lines to decode together, 1…{@value #LARGEST_BATCH}
   * @throws InputException when {@code batch} is out of range, or the model lacks an exit that the
   *     options ask for
   */
  public LineGenerator(EncoderDecoderModel model, LineOptions options, int batch) {
    if (batch < 1 || batch > LARGEST_BATCH) {
      throw new InputException("batch", "is " + batch, "give 1.." + LARGEST_BATCH);
    }
    if (options.exits().isComplete(model.ownExits())) {
      model.exitRule(options.exits());
    }
    this.model = model;
    this.options = options;
    this.batch = batch;
  }

  /** Takes the results one after the other. */
  @FunctionalInterface
  public interface Sink {
    void accept(LineResult result) throws IOException;
  }

  /** Gives the lines one after the other. */
  @FunctionalInterface
  public interface Source {
    /**
     * The next line, {@code null} after the last.
     *
     * @throws InputException when the lines cannot be read any further
     */
    @Nullable ParsedLine next();
  }

  /**
   * Decodes all lines.
   *
   * @return whether it came to the end of the lines; false where an interruption stopped it
   * @throws InputException what the source throws
   * @throws IOException what the sink throws
   */
  public boolean run(Source lines, Sink sink) throws IOException {
    List<ParsedLine> read = read(lines);
    while (!read.isEmpty()) {
      List<LineResult> results = decode(read);
      if (stopped()) {
        break;
      }
      for (LineResult result : results) {
        sink.accept(result);
      }
      read = read(lines);
    }
    return !stopped();
  }

  private static boolean stopped() {
    return Thread.currentThread().isInterrupted();
  }

  private List<ParsedLine> read(Source lines) {
    List<ParsedLine> read = new ArrayList<>();
    try {
      while (read.size() < batch && !stopped()) {
        ParsedLine line = lines.next();
        if (line == null) {
          break;
        }
        read.add(line);
      }
    } catch (InputException e) {
      // Interrupting a thread that waits for standard input closes it.
      if (!stopped()) {
        throw e;
      }
    }
    return read;
  }

  private List<LineResult> decode(List<ParsedLine> lines) {
    List<InputLine> good =
        lines.stream().filter(InputLine.class::isInstance).map(InputLine.class::cast).toList();
    Iterator<Decoded> decoded;
    try {
      decoded = decodeAll(prepareAll(good)).iterator();
    } catch (CancellationException e) {
      return List.of();
    }
    List<LineResult> results = new ArrayList<>();
    for (ParsedLine line : lines) {
      results.add(
          switch (line) {
            case BadLine bad -> new LineResult.Refused(bad, bad.error());
            case InputLine input -> decoded.next().result(input);
          });
    }
    return results;
  }

  /** What became of a line before decoding: one of the two is there. */
  private record Readied(@Nullable Prepared prepared, @Nullable Throwable error) {}

  private List<Readied> prepareAll(List<InputLine> lines) {
    List<Readied> readied = new ArrayList<>();
    for (int first = 0; first < lines.size(); first += PREPARED_TOGETHER) {
      int end = Math.min(lines.size(), first + PREPARED_TOGETHER);
      readied.addAll(prepareTogether(lines.subList(first, end)));
    }
    return readied;
  }

  /** Where one line fails, each is prepared alone: the others stay the same. */
  private List<Readied> prepareTogether(List<InputLine> lines) {
    try {
      List<Input> inputs = lines.stream().map(LineInputs::input).toList();
      List<GenerationOptions> settings = lines.stream().map(options::of).toList();
      return model.prepare(inputs, settings).stream().map(one -> new Readied(one, null)).toList();
    } catch (CancellationException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      return lines.size() == 1
          ? List.of(new Readied(null, e))
          : lines.stream().flatMap(line -> prepareTogether(List.of(line)).stream()).toList();
    }
  }

  private List<Decoded> decodeAll(List<Readied> lines) {
    Iterator<Decoded> decoded =
        decodeTogether(lines.stream().map(Readied::prepared).filter(Objects::nonNull).toList())
            .iterator();
    return lines.stream()
        .map(line -> line.error == null ? decoded.next() : new Decoded(null, line.error))
        .toList();
  }

  /** What became of a prepared line: one of the two is there. */
  private record Decoded(@Nullable Generation generation, @Nullable Throwable error) {
    LineResult result(ParsedLine line) {
      return generation == null
          ? new LineResult.Refused(line, Objects.requireNonNull(error))
          : new LineResult.Decoded(line, generation);
    }
  }

  /** Where one line fails, each is decoded alone: the answers of the others are the same. */
  private List<Decoded> decodeTogether(List<Prepared> prepared) {
    try {
      return model.decode(prepared).stream()
          .map(generation -> new Decoded(generation, null))
          .toList();
    } catch (CancellationException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      return prepared.size() == 1
          ? List.of(new Decoded(null, e))
          : prepared.stream().flatMap(one -> decodeTogether(List.of(one)).stream()).toList();
    }
  }
}
