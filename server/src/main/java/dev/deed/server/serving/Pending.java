package dev.deed.server.serving;

import dev.deed.EngineFullException;
import dev.deed.Generation;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.Token;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.EventStream;
import dev.deed.value.InputException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A request that the engine took, until its answer is whole. One thread follows it; any may cancel
 * it.
 */
public final class Pending {
  /** How long nothing may come before a comment in the stream says that the request is alive. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** Is called as an answer comes about, on the thread that follows it. */
  public interface Listener {
    /** A token was emitted, and adds a text: those of all tokens join to the answer's. */
    void token(Token token, String text) throws IOException;
  }

  private final ServedModel served;
  private final Ticket ticket;
  private final ServingMeters meters;
  private final long begin;
  private final ObjIntConsumer<Generation> trace;

  /** What came so far of an answer that is not whole. */
  private final List<Token> came = new ArrayList<>();

  private boolean counted;
  private long first;

  private Pending(
      ServedModel served,
      Ticket ticket,
      ServingMeters meters,
      long begin,
      ObjIntConsumer<Generation> trace) {
    this.served = served;
    this.ticket = ticket;
    this.meters = meters;
    this.begin = begin;
    this.trace = trace;
  }

  /**
   * Hands a request to the engine of a model.
   *
   * @param streamed whether tokens are sent as they are emitted
   * @param begin when the request came, of {@link System#nanoTime}
   * @throws ApiException 400 when its settings cannot be used, 429 when there is no room, 503 when
   *     the server ends or the thread is interrupted, 504 when checking them takes too long
   */
  public static Pending submit(
      ServedModel served, Request request, boolean streamed, ServingMeters meters, long begin) {
    try {
      long submitted = System.nanoTime();
      Ticket ticket =
          served.submit(request, streamed, (engine, one) -> engine.submit(one, served.deadline()));
      return new Pending(
          served, ticket, meters, begin, meters.traces().submitted(ticket, submitted));
    } catch (RuntimeException e) {
      throw refusal(e, served, meters);
    }
  }

  /** Bytes that the language of the answer takes until it is whole. */
  public long languageBytes() {
    return served.model().internals().languageBytes(ticket);
  }

  /** How many encoder positions the decoder sees; 0 before the input is encoded. */
  public int promptTokens() {
    return ticket.sourceLength();
  }

  /**
   * Follows the answer to its end. What the listener adds to the stream is sent where no more
   * tokens are there at once.
   *
   * @return the whole answer
   * @throws ApiException when there is none: 400, 413 or 415 for its input, 504, 503
   * @throws IOException when the client left
   */
  public Generation follow(EventStream stream, Listener listener)
      throws IOException, InterruptedException {
    TokenTexts texts = new TokenTexts(listener);
    try {
      while (true) {
        Ticket.Event event = ticket.next(Duration.ZERO);
        if (event instanceof Ticket.Event.Waiting) {
          stream.flush();
          event = ticket.next(PATIENCE);
        }
        switch (event) {
          case Ticket.Event.Emitted emitted -> {
            came(emitted.token());
            texts.token(emitted.token(), emitted.text(), emitted.isWithheld());
          }
          case Ticket.Event.Waiting _ -> {
            if (!ticket.result().isDone()) {
              stream.ping();
            }
          }
          case Ticket.Event.Ended ended -> {
            Generation whole = answer();
            texts.end(ended.text());
            return whole;
          }
        }
      }
    } finally {
      countWhatCame();
    }
  }

  /**
   * Waits for the whole answer.
   *
   * @throws ApiException as {@link #follow} does
   */
  public Generation await() throws InterruptedException {
    try {
      Ticket.Event event;
      do {
        event = ticket.next(Duration.ofSeconds(5));
      } while (event instanceof Ticket.Event.Waiting);
      if (event instanceof Ticket.Event.Emitted emitted) {
        came(emitted.token());
      }
      return answer();
    } finally {
      countWhatCame();
    }
  }

  private void came(Token token) {
    first = first == 0 ? System.nanoTime() : first;
    came.add(token);
  }

  /** Of an answer that its client left, or that took too long, tokens were emitted all the same. */
  private void countWhatCame() throws InterruptedException {
    if (counted) {
      return;
    }
    counted = true;
    while (ticket.next(Duration.ZERO) instanceof Ticket.Event.Emitted emitted) {
      came.add(emitted.token());
    }
    served.meters().emitted(came, promptTokens());
  }

  private Generation answer() throws InterruptedException {
    try {
      Generation answer = ticket.await();
      count(answer);
      return answer;
    } catch (RuntimeException e) {
      throw refusal(e, served, meters);
    }
  }

  private void count(Generation generation) {
    counted = true;
    served.meters().answered(generation, promptTokens());
    served.meters().recordTimes(begin, first, generation.tokens().size());
    trace.accept(generation, promptTokens());
  }

  /** What kept a model from its answer, as an answer; errors of ours are thrown. */
  public static ApiException refusal(Exception e, ServedModel served, ServingMeters meters) {
    return switch (e) {
      case ApiException known -> known;
      case InputException wrong -> served.refusal(wrong);
      case EngineFullException full ->
          full.reason() == EngineFullException.Reason.CLOSED
              ? ApiException.draining(full.retryAfter())
              : ApiException.full("queue_full", "the queue is full", full.retryAfter());
      case CancellationException _, InterruptedException _ -> ApiException.shutdown();
      case CompletionException late when late.getCause() instanceof TimeoutException -> {
        meters.cancelled(ServingMeters.DEADLINE);
        yield ApiException.deadlinePassed();
      }
      case CompletionException failed when failed.getCause() instanceof Error error -> throw error;
      case RuntimeException ours -> throw ours;
      default -> throw new IllegalStateException(e);
    };
  }

  /** Gives the request up: its rows are free at the next step. */
  public void cancel() {
    ticket.cancel();
  }

  /**
   * Gives each token its text, at once where no text is held back. The last of the text belongs to
   * the last token, so that the texts join to the whole; since nobody knows which is the last, a
   * token waits for the next one while text is held back. Belongs to one thread.
   */
  static final class TokenTexts {
    private final Pending.Listener listener;
    private @Nullable Token waiting;
    private String text = "";

    TokenTexts(Pending.Listener listener) {
      this.listener = listener;
    }

    /**
     * A token was emitted.
     *
     * @param added the text that it brings, perhaps of tokens before it
     * @param isWithheld whether more text is held back, which a later token or the end brings
     */
    void token(Token token, String added, boolean isWithheld) throws IOException {
      end("");
      waiting = token;
      text = added;
      if (!isWithheld) {
        end("");
      }
    }

    /** No token follows, and this is the rest of the text. */
    void end(String rest) throws IOException {
      if (waiting != null) {
        listener.token(waiting, text + rest);
        waiting = null;
      }
    }
  }
}
