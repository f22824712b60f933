package dev.deed.langchain4j;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineFullException;
import dev.deed.Generation;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.value.InputException;
import dev.langchain4j.exception.InternalServerException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.LangChain4jException;
import dev.langchain4j.exception.NonRetriableException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * An engine that answers, how long to wait for it, and the names by which requests may call its
 * model. Safe for use from many threads.
 *
 * @param opened the engine's model, where it is to be closed with the engine; null: both are the
 *     caller's
 * @param timeout for a place in the engine, and again for the answer
 */
record LocalModel(
    Engine engine, @Nullable EncoderDecoderModel opened, String name, Duration timeout)
    implements AutoCloseable {
  /**
   * Waits for a place for a request.
   *
   * @throws LangChain4jException when the model cannot answer it, or has no place for it
   */
  Ticket ask(Request request) {
    return call(() -> engine.offer(request, timeout, timeout));
  }

  /**
   * Waits for an answer; an interruption ends it.
   *
   * @throws LangChain4jException when there will be none
   */
  Generation await(Ticket ticket) {
    return call(
        () -> {
          try {
            return ticket.await();
          } catch (InterruptedException e) {
            ticket.cancel();
            throw e;
          }
        });
  }

  /** Runs something of the engine; what goes wrong becomes the exception that stands for it. */
  static <T> T call(Callable<T> call) {
    try {
      return call.call();
    } catch (Exception e) {
      throw failure(e);
    }
  }

  /** The exception of LangChain4j that stands for one of the engine. */
  static RuntimeException failure(Exception e) {
    return switch (e) {
      case LangChain4jException own -> own;
      // The second is of Base64.
      case InputException wrong -> new InvalidRequestException(wrong.getMessage(), wrong);
      case IllegalArgumentException wrong -> new InvalidRequestException(wrong.getMessage(), wrong);
      // Nothing would come of asking it again.
      case EngineFullException closed when closed.reason() == EngineFullException.Reason.CLOSED ->
          new NonRetriableException(closed.getMessage(), closed);
      case EngineFullException full -> new RateLimitException(full.getMessage(), full);
      case CompletionException late
          when late.getCause() instanceof java.util.concurrent.TimeoutException ->
          new TimeoutException("no answer within the timeout", late);
      case InterruptedException interrupted -> {
        Thread.currentThread().interrupt();
        yield new LangChain4jException("interrupted", interrupted);
      }
      case CancellationException cancelled -> new LangChain4jException("cancelled", cancelled);
      default -> new InternalServerException(String.valueOf(e.getMessage()), e);
    };
  }

  /** Closes what was opened for it. */
  @Override
  public void close() {
    if (opened != null) {
      engine.close();
      opened.close();
    }
  }
}
