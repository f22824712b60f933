package dev.deed;

import dev.deed.decode.SearchRequest;
import dev.deed.decode.SearchResult;
import dev.deed.decode.StepListener;
import dev.deed.decode.StepResult;
import dev.deed.engine.RequestEngine;
import dev.deed.engine.Resources;
import dev.deed.engine.Work;
import dev.deed.model.EncoderOutput;
import dev.deed.model.spec.EncoderInput;
import dev.deed.processing.tokenizer.StoppingStream;
import dev.deed.settings.SpeechTokens;
import dev.deed.value.Client;
import dev.deed.value.InputException;
import dev.deed.value.Phase;
import dev.deed.value.Result;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A request that an engine has taken. It gives the tokens as they are emitted, and the result.
 *
 * <p>Reading the tokens is a choice: an answer that nobody reads is decoded all the same, and one
 * that is read slowly delays nobody. The queue of tokens is bounded by the answer's length. Safe
 * for use from many threads, but for {@link #next}.
 */
public final class Ticket {
  private final Engine engine;

  /** Changes once, on the thread that decodes: when the language is detected. */
  private volatile RequestPreparation.Checked checked;

  private final Resources need;
  private final CompletableFuture<Result<Generation>> result = new CompletableFuture<>();
  private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
  private volatile Phase phase = Phase.QUEUED;
  private volatile int sourceLength;

  /** Only where a stop string may end the answer. */
  private @Nullable StopWatcher stopWatcher;

  // What the reader has made of the tokens.
  private @Nullable StoppingStream text;
  private int read;
  private boolean ended;

  Ticket(Engine engine, RequestPreparation.Checked checked, Resources need) {
    this.engine = engine;
    this.checked = checked;
    this.need = need;
  }

  /** An entry of a queue of tokens; null for a text that the reader is to make. */
  private sealed interface Entry {
    record Step(StepResult step, @Nullable Piece piece) implements Entry {}

    record End(@Nullable String text) implements Entry {}
  }

  /** What a token adds to the text, and whether some text is held until the next one. */
  private record Piece(String text, boolean isWithheld) {
    static final Piece NONE = new Piece("", false);

    static Piece of(StoppingStream stream, StepResult step) {
      return new Piece(stream.append(step.token()), stream.holdsBack());
    }
  }

  /** What {@link #next} gives. */
  public sealed interface Event {
    /**
     * A token was emitted.
     *
     * @param token the token
     * @param text what it adds to the answer's text; empty while a character is unfinished or a
     *     stop string may have begun, for a special token, and where the folder holds no tokenizer
     * @param isWithheld whether some text is held back, for such a reason. Where none is and no
     *     token follows, the text of {@link Ended} is empty
     */
    record Emitted(Token token, String text, boolean isWithheld) implements Event {}

    /**
     * Nothing came in the time given.
     *
     * @param phase how far the request is
     */
    record Waiting(Phase phase) implements Event {}

    /**
     * No token follows. The result is complete, or about to be.
     *
     * @param text the last of the answer's text, which was held back until now; empty most often
     */
    record Ended(String text) implements Event {}
  }

  /**
   * Gives the next token, or says that none came in the time given. Texts are made of tokens here,
   * on the caller's thread. To be called by one thread.
   *
   * @param wait at most
   * @return what came; {@link Event.Ended} again and again once no token follows
   * @throws InterruptedException when the thread is interrupted
   */
  public Event next(Duration wait) throws InterruptedException {
    if (ended) {
      return new Event.Ended("");
    }
    return switch (queue.poll(wait.toNanos(), TimeUnit.NANOSECONDS)) {
      case null -> new Event.Waiting(phase);
      case Entry.Step step -> emitted(step);
      case Entry.End end -> {
        ended = true;
        String rest = text == null ? "" : text.finish();
        yield new Event.Ended(end.text() == null ? rest : end.text());
      }
    };
  }

  private Event emitted(Entry.Step next) {
    Token token = checked.text().token(read++, next.step());
    Piece piece = next.piece() == null ? pieceOf(next.step()) : next.piece();
    return new Event.Emitted(token, piece.text(), piece.isWithheld());
  }

  private Piece pieceOf(StepResult step) {
    if (text == null) {
      text = checked.text().stream();
    }
    return text == null ? Piece.NONE : Piece.of(text, step);
  }

  /** {@return how far the request is} */
  public Phase phase() {
    return phase;
  }

  /**
   * {@return what becomes of the request} An answer, or {@link Result.Refused} where its input
   * cannot be answered. It completes with a {@link CancellationException} when the request is
   * cancelled or the engine closed, with a {@link TimeoutException} when the deadline has passed,
   * with an {@link EngineFullException} when a request of another client takes its place while it
   * waits, and with what was thrown when the engine lacks memory or fails. Cancelling the future
   * cancels the request.
   */
  public CompletableFuture<Result<Generation>> result() {
    return result;
  }

  /**
   * Waits for the answer.
   *
   * @return the answer
   * @throws InputException when the request cannot be answered
   * @throws CancellationException when it is cancelled, or the engine closed
   * @throws EngineFullException when a request of another client took its place while it waited
   * @throws CompletionException of a {@link TimeoutException} when the deadline has passed, and of
   *     the error when the engine lacks memory
   * @throws InterruptedException when the thread is interrupted; the request goes on
   */
  public Generation await() throws InterruptedException {
    try {
      return result.get().orThrow();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new CompletionException(e.getCause());
    }
  }

  /**
   * Ends the request. Its rows are free before the next step. One that is over stays as it is. Does
   * not wait.
   */
  public void cancel() {
    result.cancel(false);
  }

  /**
   * {@return the number of positions of the encoder output that the decoder sees; 0 before the
   * input is encoded}
   */
  public int sourceLength() {
    return sourceLength;
  }

  /** {@return the request} */
  public Request request() {
    return checked.request();
  }

  /** Bytes of memory, about, that the language of the answer takes. */
  long languageBytes() {
    return checked.settings().languageBytes();
  }

  Work work() {
    return new InEngine();
  }

  /** The engine has taken it. */
  void begin(RequestEngine.Handle taken, @Nullable Duration deadline) {
    result.whenComplete(
        (_, error) -> {
          if (error instanceof CancellationException || error instanceof TimeoutException) {
            taken.cancel();
          }
        });
    if (deadline != null) {
      result.orTimeout(deadline.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private final class InEngine implements Work {
    @Override
    public Client client() {
      return checked.request().client();
    }

    @Override
    public Resources need() {
      return need;
    }

    @Override
    public Resources needFor(int source) {
      return engine.need(checked, source);
    }

    @Override
    public @Nullable EncoderInput read(boolean quickly) {
      // The result is complete once nobody waits: cancelled, late, or the engine closed.
      return engine.read(checked, quickly, result::isDone);
    }

    @Override
    public SearchRequest search(EncoderInput input, EncoderOutput output) {
      sourceLength = output.visible();
      RequestPreparation preparation = engine.preparation();
      checked.request().input().keep(new Input.Encoded(preparation.encoder(), input, output));
      SpeechTokens detecting = checked.detecting();
      if (detecting != null) {
        return preparation.languageSearch(detecting, output);
      }
      return preparation.search(checked, input, output, listener());
    }

    @Override
    public boolean goesOn(Outcome outcome) {
      if (checked.detecting() != null
          && outcome instanceof Outcome.Decoded(Result.Answered<SearchResult>(var found), _)) {
        checked = checked.withLanguage(found);
        return true;
      }
      return false;
    }

    private StepListener listener() {
      StoppingStream stream = checked.text().stop().isEmpty() ? null : checked.text().stream();
      if (stream == null) {
        return (index, step) -> queue.add(new Entry.Step(step, null));
      }
      StopWatcher started = new StopWatcher(stream, queue);
      Thread.startVirtualThread(started);
      // Only now: what waits for its end would wait for ever where it cannot be started.
      stopWatcher = started;
      return started;
    }

    @Override
    public void reached(Phase reached) {
      phase = reached;
    }

    /** Texts are made on a thread of their own: neither the decoder nor the others wait. */
    @Override
    public void ended(Outcome outcome) {
      Thread.startVirtualThread(() -> complete(outcome));
    }
  }

  /**
   * Makes the text of an answer that a stop string may end, on a thread of its own, whether it is
   * read or not. The search learns of a stop string at a later step; what it found in between is
   * not told.
   */
  private static final class StopWatcher implements StepListener, Runnable {
    private final StoppingStream text;
    private final BlockingQueue<Entry> queue;

    /** Of the search; {@link #END} behind the last. */
    private final BlockingQueue<Entry> steps = new LinkedBlockingQueue<>();

    private final CompletableFuture<String> rest = new CompletableFuture<>();
    private volatile boolean over;

    private static final Entry.End END = new Entry.End(null);

    StopWatcher(StoppingStream text, BlockingQueue<Entry> queue) {
      this.text = text;
      this.queue = queue;
    }

    @Override
    public boolean token(int index, StepResult step) {
      steps.add(new Entry.Step(step, null));
      return !over;
    }

    @Override
    public void run() {
      try {
        while (steps.take() instanceof Entry.Step(StepResult step, _)) {
          if (!text.stopped()) {
            queue.add(new Entry.Step(step, Piece.of(text, step)));
            over = text.stopped();
          }
        }
        rest.complete(text.finish());
      } catch (InterruptedException | RuntimeException | Error e) {
        over = true;
        rest.completeExceptionally(e);
      }
    }

    /** Waits until the reader's queue has all but the text that was held back, which it gives. */
    String finish() {
      steps.add(END);
      return rest.join();
    }
  }

  private void complete(Work.Outcome outcome) {
    String rest = null;
    try {
      rest = stopWatcher == null ? null : stopWatcher.finish();
      switch (outcome) {
        case Work.Outcome.Decoded decoded ->
            // Scores that are no numbers throw.
            result.complete(
                new Result.Answered<>(
                    checked
                        .text()
                        .generation(
                            decoded.outcome().orThrow(), checked.strategy(), decoded.timing())));
        case Work.Outcome.Refused refused -> result.complete(new Result.Refused<>(refused.error()));
        case Work.Outcome.Cancelled _ ->
            result.completeExceptionally(new CancellationException("the engine was closed"));
        case Work.Outcome.Overtaken _ -> result.completeExceptionally(engine.full());
        case Work.Outcome.Failed failed -> result.completeExceptionally(failed.cause());
      }
    } catch (InputException e) {
      result.complete(new Result.Refused<>(e));
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
    } finally {
      phase = Phase.ENDED;
      queue.add(new Entry.End(rest));
      engine.leave();
    }
  }
}
