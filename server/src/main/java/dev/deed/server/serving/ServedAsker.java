package dev.deed.server.serving;

import dev.deed.Asker;
import dev.deed.EngineFullException;
import dev.deed.Generation;
import dev.deed.Request;
import dev.deed.Ticket;
import dev.deed.value.Client;
import dev.deed.value.Result;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Gets the requests of one task of a client answered by a model's engine. They are counted like
 * others, and all of them have to be answered within the time of a request. The first is refused
 * where there is no place for it; the others wait for one, and for those before where these are as
 * many as may be under way.
 */
public final class ServedAsker implements Asker {
  private final ServedModel served;
  private final Client client;
  private final Semaphore free;
  private final long begin = System.nanoTime();
  private final long end;
  private final AtomicInteger tokens = new AtomicInteger();
  private volatile boolean hasAsked;
  private volatile long first;

  /**
   * @param mostUnderWay requests, 1 or more
   */
  ServedAsker(ServedModel served, Client client, Duration deadline, int mostUnderWay) {
    this.served = served;
    this.client = client;
    this.free = new Semaphore(mostUnderWay);
    this.end = begin + deadline.toNanos();
  }

  /** The rest of its time; none or less when it is over. */
  public Duration left() {
    return Duration.ofNanos(end - System.nanoTime());
  }

  @Override
  public Ticket ask(Request request) throws InterruptedException {
    if (!free.tryAcquire(left().toNanos(), TimeUnit.NANOSECONDS)) {
      throw new CompletionException(new TimeoutException());
    }
    try {
      Ticket ticket = submit(request);
      ticket.result().whenComplete((_, _) -> free.release());
      ticket.result().whenComplete((result, _) -> count(result, ticket));
      return ticket;
    } catch (InterruptedException | RuntimeException | Error e) {
      free.release();
      throw e;
    }
  }

  private Ticket submit(Request request) throws InterruptedException {
    Duration left = left();
    if (!left.isPositive()) {
      throw new CompletionException(new TimeoutException());
    }
    boolean mayWait = hasAsked;
    try {
      Ticket ticket =
          served.submit(
              request.from(client),
              false,
              (engine, one) -> mayWait ? engine.offer(one, left, left) : engine.submit(one, left));
      hasAsked = true;
      return ticket;
    } catch (EngineFullException e) {
      if (!mayWait || e.reason() == EngineFullException.Reason.CLOSED) {
        throw e;
      }
      throw new CompletionException(new TimeoutException());
    }
  }

  private void count(Result<Generation> result, Ticket ticket) {
    if (result instanceof Result.Answered(Generation answer)) {
      first = first == 0 ? System.nanoTime() : first;
      tokens.addAndGet(answer.tokens().size());
      served.meters().answered(answer, ticket.sourceLength());
    }
  }

  /** All is answered. */
  public void recordTimes() {
    served.meters().recordTimes(begin, first, tokens.get());
  }
}
