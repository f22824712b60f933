package dev.deed.server.api;

import dev.deed.server.http.ApiException;
import dev.deed.server.http.Endpoint;
import dev.deed.server.http.Exchange;
import dev.deed.server.serving.RecordingReaders;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Opens sessions of OpenAI's Realtime API over WebSockets, for transcription alone. */
final class RealtimeEndpoint implements Endpoint {
  private static final int MOST_SESSIONS = 64;
  private static final int MOST_OF_CLIENT = 32;

  /** Of an event: 16 s of 24 kHz. */
  private static final int MOST_BYTES = 1 << 20;

  /** Two events, a turn that goes on, its draft and two that wait, of 30 s each. */
  private static final long MEMORY = 12 << 20;

  private final Service service;
  private final RecordingReaders readers;

  /** How many sessions each client has, by its name. */
  private final Map<String, Integer> open = new ConcurrentHashMap<>();

  RealtimeEndpoint(Service service, RecordingReaders readers) {
    this.service = service;
    this.readers = readers;
  }

  @Override
  public void answer(Exchange exchange) throws IOException, InterruptedException {
    service.models().requireServing();
    RealtimeSession session =
        new RealtimeSession(service, readers, exchange.client(), exchange.query("model"));
    exchange.model(session.model());
    exchange.takeMemory(MEMORY);
    String client = exchange.client().name();
    enter(client);
    exchange.upgrade(session, MOST_BYTES, () -> leave(client));
  }

  private synchronized void enter(String client) {
    int own = open.getOrDefault(client, 0);
    if (own >= MOST_OF_CLIENT || service.meters().sessions().get() >= MOST_SESSIONS) {
      throw ApiException.full("overloaded", "too many sessions are open", Duration.ofSeconds(5));
    }
    open.put(client, own + 1);
    service.meters().sessions().incrementAndGet();
  }

  private synchronized void leave(String client) {
    open.computeIfPresent(client, (_, own) -> own == 1 ? null : own - 1);
    service.meters().sessions().decrementAndGet();
  }
}
