package dev.deed.server;

import dev.deed.engine.SideThreads;
import dev.deed.engine.SideWork;
import dev.deed.server.http.ApiException;
import dev.deed.server.http.Endpoint;
import dev.deed.server.http.Exchange;
import dev.deed.server.serving.RecordingReaders;
import dev.deed.server.serving.Traces;
import dev.deed.value.Client;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Opens sessions of OpenAI's Realtime API, for transcription alone. */
final class RealtimeEndpoint implements Endpoint {
  private static final int MOST_SESSIONS = 64;
  private static final int MOST_OF_CLIENT = 32;

  /** Of an event: 16 s of sound. */
  private static final int MOST_BYTES = 1 << 20;

  private final Service service;
  private final RecordingReaders readers;
  private final SideThreads voices = new SideThreads(SideWork.VOICES);

  /** How many sessions each client has, by its name. */
  private final Map<String, Integer> open = new ConcurrentHashMap<>();

  RealtimeEndpoint(Service service, RecordingReaders readers) {
    this.service = service;
    this.readers = readers;
  }

  @Override
  public void answer(Exchange exchange) throws IOException, InterruptedException {
    Client client = exchange.client();
    RealtimeSettings settings = RealtimeSettings.of(exchange.query("model"), service.models());
    exchange.model(settings.model());
    int own = open.merge(client.name(), 1, Integer::sum);
    if (service.meters().sessions(1) > MOST_SESSIONS || own > MOST_OF_CLIENT) {
      leave(client);
      throw ApiException.full("overloaded", "too many sessions are open", Duration.ofSeconds(5));
    }
    Traces.Later spans = service.meters().traces().later(exchange);
    exchange.upgrade(
        socket ->
            new RealtimeSession(
                    service,
                    readers,
                    voices,
                    new RealtimeSession.Caller(client, socket, spans),
                    settings)
                .run(),
        MOST_BYTES,
        () -> leave(client));
  }

  private void leave(Client client) {
    open.computeIfPresent(client.name(), (_, own) -> own == 1 ? null : own - 1);
    service.meters().sessions(-1);
  }
}
