package dev.deed.data;

import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.InFlight;
import dev.deed.Input;
import dev.deed.Proof;
import dev.deed.Request;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.watch.Watch;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Generates the answers of lines, bit for bit those of one-by-one decoding.
 *
 * @param asker gets the requests answered, by an engine of the model
 * @param watch sees whether answers are those of full depth; null: nobody does. Lines behind the
 *     one by which it falls back are answered at full depth, however many are under way
 * @param inputs makes of a line what the model reads
 */
public record GenerateTask(
    EncoderDecoderModel model,
    Asker asker,
    LineOptions options,
    @Nullable Watch watch,
    Function<InputLine, Input> inputs)
    implements Task {
  /**
   * @throws InputException when the options suit no line: the model lacks an exit that they ask
   *     for, or drafts of their search cannot be verified
   */
  public GenerateTask {
    if (options.receipt()) {
      requireUnwatched(watch);
      model.internals().beginReceipts();
    }
    ExitSettings unsaid =
        ExitSettings.own()
            .with(ExitSetting.LOSSLESS, options.options().exits().get(ExitSetting.LOSSLESS));
    if (options.options().exits().isComplete(model.internals().resolvedExits(unsaid))) {
      model.internals().exitRule(options.options().exits());
      // Other settings a line may replace, or switch off.
      if (model.internals().ranks(options.options())) {
        model.internals().requireSuitable(options.options());
      }
    }
  }

  /** Who asks, and so what a receipt says was asked, the watch decides. */
  private static void requireUnwatched(@Nullable Watch watch) {
    InputException.requireField(
        watch == null, "receipt", "is not for answers under a watch", "leave one of them out");
  }

  @Override
  public UnderWay begin(InputLine line) {
    LineOptions all = options.of(line);
    GenerationOptions own = all.options();
    if (line.generation() != null) {
      try {
        model.internals().requireSuitable(own);
      } catch (InputException e) {
        throw e.in("line " + line.number());
      }
    }
    Input input = inputs.apply(line);
    if (all.receipt()) {
      requireUnwatched(watch);
      input = model.internals().keepingOutput(input);
    }
    return new Answering(line, new Request(input, own), all.receipt());
  }

  /** A line whose request was handed over. */
  private final class Answering implements UnderWay {
    private final InputLine line;

    /** As the line says, whatever the watch makes of it. */
    private final Request plain;

    private final boolean receipt;
    private boolean fellBack;
    private Watch.Question question;
    private @Nullable InFlight<Generation> answering;
    private @Nullable InputException unsuited;

    Answering(InputLine line, Request plain, boolean receipt) {
      this.line = line;
      this.plain = plain;
      this.receipt = receipt;
      this.question = new Watch.Question(plain, 0);
      ask();
    }

    private void ask() {
      if (watch != null) {
        fellBack = watch.tally().fellBack();
        question = watch.ask(plain, line.number());
      }
      try {
        answering = InFlight.begin(asker, List.of(question.request()), Iterator::next);
      } catch (InputException e) {
        unsuited = e;
      }
    }

    @Override
    public LineResult result() {
      if (watch != null && !fellBack && watch.tally().fellBack()) {
        cancel();
        ask();
      }
      Generation answer = null;
      try {
        answer = answer();
      } finally {
        if (watch != null) {
          Watch.Counted _ =
              answer == null ? watch.dropped(question) : watch.answered(question, answer);
        }
      }
      return new LineResult.Decoded(
          line, answer, receipt ? Proof.receipt(model, question.request(), answer) : null);
    }

    /** Where memory is used up, others under way may have had it: it is asked for once more. */
    private Generation answer() {
      try {
        return await();
      } catch (CompletionException e) {
        if (!(e.getCause() instanceof OutOfMemoryError)) {
          throw e;
        }
        ask();
        return await();
      }
    }

    private Generation await() {
      if (unsuited != null) {
        throw unsuited;
      }
      return Objects.requireNonNull(answering).await();
    }

    @Override
    public void cancel() {
      if (answering != null) {
        answering.cancel();
      }
    }
  }
}
