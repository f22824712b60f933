package dev.deed.server.serving;

import dev.deed.EngineFullException;
import dev.deed.Generation;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.speech.WindowQueue;
import dev.deed.value.Client;
import dev.deed.value.Result;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The windows of one recording as requests to a model's engine: they are counted like others, and
 * all of them have to be answered within the time of a request. The first is refused where there is
 * no place for it; the others wait for one.
 */
public final class Transcription implements WindowQueue {
  private final ServedModel served;
  private final Client client;
  private final long begin = System.nanoTime();
  private final long end;
  private final AtomicInteger tokens = new AtomicInteger();
  private volatile long first;

  Transcription(ServedModel served, Client client, Duration deadline) {
    this.served = served;
    this.client = client;
    this.end = begin + deadline.toNanos();
  }

  /** The rest of its time; none or less when it is over. */
  public Duration left() {
    return Duration.ofNanos(end - System.nanoTime());
  }

  @Override
  public Ticket take(Request request, boolean isFirst) throws InterruptedException {
    Duration left = left();
    if (!left.isPositive()) {
      throw new CompletionException(new TimeoutException());
    }
    Ticket ticket;
    try {
      ticket =
          served.submit(
              request.from(client),
              false,
              (engine, one) -> isFirst ? engine.submit(one, left) : engine.offer(one, left, left));
    } catch (EngineFullException e) {
      if (isFirst || e.reason() == EngineFullException.Reason.CLOSED) {
        throw e;
      }
      throw new CompletionException(new TimeoutException());
    }
    ticket.result().whenComplete((result, _) -> count(result, ticket));
    return ticket;
  }

  private void count(Result<Generation> result, Ticket ticket) {
    if (result instanceof Result.Answered(Generation answer)) {
      first = first == 0 ? System.nanoTime() : first;
      tokens.addAndGet(answer.tokens().size());
      served.meters().answered(answer, ticket.sourceLength());
    }
  }

  /** The transcript is whole. */
  public void recordTimes() {
    served.meters().recordTimes(begin, first, tokens.get());
  }
}
