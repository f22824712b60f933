package dev.deed.data.generate;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.Proof;
import dev.deed.Request;
import dev.deed.data.BadLine;
import dev.deed.data.InputLine;
import dev.deed.data.ParsedLine;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.Result;
import dev.deed.watch.Watch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Decodes lines in batches. Results come in the order of the lines and are those of one-by-one
 * decoding, bit for bit; a line that cannot be decoded fails alone, also where memory is used up.
 * Interrupting the thread stops the work: the results of the batch at hand are dropped. Belongs to
 * one thread.
 *
 * @param batch lines to decode together, 1…{@value #LARGEST_BATCH}
 * @param watch sees whether answers are those of full depth; null: nobody does. Lines behind the
 *     one by which it falls back are answered at full depth, for every batch alike
 * @param inputs makes of a line what the model reads
 */
public record LineGenerator(
    EncoderDecoderModel model,
    LineOptions options,
    int batch,
    @Nullable Watch watch,
    Function<InputLine, Input> inputs) {
  /** Lines beyond this would fill memory with encoder outputs rather than save time. */
  public static final int LARGEST_BATCH = 1024;

  /**
   * @throws InputException when {@code batch} is out of range, or the options suit no line: the
   *     model lacks an exit that they ask for, or drafts of their search cannot be verified
   */
  public LineGenerator {
    InputException.require(
        batch >= 1 && batch <= LARGEST_BATCH, "batch", "is " + batch, "give 1.." + LARGEST_BATCH);
    if (options.receipt()) {
      requireUnwatched(watch);
      model.internals().beginReceipts();
    }
    ExitSettings unsaid =
        ExitSettings.own().with(ExitSetting.LOSSLESS, options.exits().get(ExitSetting.LOSSLESS));
    if (options.exits().isComplete(model.internals().resolvedExits(unsaid))) {
      model.internals().exitRule(options.exits());
      // Other settings a line may replace, or switch off.
      if (model.internals().ranks(options.withoutLine())) {
        model.internals().requireSuitable(options.withoutLine());
      }
    }
  }

  /** Who asks, and so what a receipt says was asked, the watch decides. */
  private static void requireUnwatched(@Nullable Watch watch) {
    InputException.requireField(
        watch == null, "receipt", "is not for answers under a watch", "leave one of them out");
  }

  /** Takes the results one after the other. */
  @FunctionalInterface
  public interface Sink {
    void accept(LineResult result) throws IOException;
  }

  /**
   * Decodes all lines.
   *
   * @param lines gives one after the other, {@code null} after the last
   * @return whether it came to the end of the lines; false where an interruption stopped it
   * @throws InputException what the source throws
   * @throws IOException what the sink throws
   */
  public boolean run(Supplier<@Nullable ParsedLine> lines, Sink sink) throws IOException {
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

  private List<ParsedLine> read(Supplier<@Nullable ParsedLine> lines) {
    List<ParsedLine> read = new ArrayList<>();
    try {
      while (read.size() < batch && !stopped()) {
        ParsedLine line = lines.get();
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
    List<Question> questions = new ArrayList<>();
    Map<ParsedLine, LineResult> results = new IdentityHashMap<>();
    for (ParsedLine line : lines) {
      switch (line) {
        case BadLine bad -> results.put(bad, new LineResult.Refused(bad, bad.error()));
        case InputLine good -> {
          try {
            questions.add(question(good));
          } catch (InputException | OutOfMemoryError e) {
            results.put(good, new LineResult.Refused(good, e));
          }
        }
      }
    }
    try {
      watchedAnswers(questions).forEach(result -> results.put(result.line(), result));
    } catch (CancellationException e) {
      return List.of();
    }
    return lines.stream().map(line -> Objects.requireNonNull(results.get(line))).toList();
  }

  private Question question(InputLine line) {
    GenerationOptions own = options.of(line);
    if (line.generation() != null) {
      try {
        model.internals().requireSuitable(own);
      } catch (InputException e) {
        throw e.in("line " + line.number());
      }
    }
    Input input = inputs.apply(line);
    if (options.receipt(line)) {
      requireUnwatched(watch);
      input = model.internals().keepingOutput(input);
    }
    return question(line, new Request(input, own));
  }

  private Question question(InputLine line, Request plain) {
    return new Question(
        line, plain, watch == null ? new Watch.Asked(plain, 0) : watch.ask(plain, line.number()));
  }

  /**
   * The answers, each of which the watch has seen. Where it falls back, the lines behind are asked
   * again: what it makes of them must not depend on the batch that they happen to be in.
   */
  private List<LineResult> watchedAnswers(List<Question> lines) {
    List<LineResult> results = answer(lines);
    for (int i = 0; watch != null && i < results.size(); i++) {
      Watch.Counted counted =
          switch (results.get(i)) {
            case LineResult.Decoded line -> watch.answered(lines.get(i).decoded, line.generation());
            default -> watch.dropped(lines.get(i).decoded);
          };
      if (counted.fallsBack()) {
        List<Question> behind =
            lines.subList(i + 1, lines.size()).stream()
                .map(line -> question(line.line, line.plain))
                .toList();
        List<LineResult> all = new ArrayList<>(results.subList(0, i + 1));
        all.addAll(answer(behind));
        return all;
      }
    }
    return results;
  }

  /**
   * A line and what it asks.
   *
   * @param plain as the line says, whatever the watch makes of it
   * @param decoded as it is decoded
   */
  private record Question(InputLine line, Request plain, Watch.Asked decoded) {
    Request request() {
      return decoded.request();
    }
  }

  private LineResult result(Question question, Result<Generation> result) {
    InputLine line = question.line;
    try {
      Generation answer = result.orThrow();
      return new LineResult.Decoded(
          line,
          answer,
          options.receipt(line) ? Proof.receipt(model, question.request(), answer) : null);
    } catch (InputException error) {
      return new LineResult.Refused(line, error);
    }
  }

  /** Where more fails than an input, memory above all, each line is decoded alone. */
  private List<LineResult> answer(List<Question> lines) {
    try {
      List<Result<Generation>> results =
          model.generate(lines.stream().map(Question::request).toList());
      return IntStream.range(0, lines.size())
          .mapToObj(i -> result(lines.get(i), results.get(i)))
          .toList();
    } catch (CancellationException e) {
      throw e;
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      return lines.size() == 1
          ? List.of(new LineResult.Refused(lines.getFirst().line(), e))
          : lines.stream().flatMap(line -> answer(List.of(line)).stream()).toList();
    }
  }
}
