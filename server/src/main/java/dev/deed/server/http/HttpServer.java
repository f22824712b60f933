package dev.deed.server.http;

import dev.deed.server.http.BodyReader.BodyBudget;
import dev.deed.server.http.BodyReader.BodyRules;
import dev.deed.server.http.BodyReader.BodyWorkers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.server.ServerWebSocketContainer;

/** A port that is listened to. */
public final class HttpServer implements AutoCloseable {
  private static final int MOST_CONNECTIONS = 4096;
  private static final int MOST_THREADS = 16;
  private static final long IDLE_MILLIS = 30_000;
  private static final long STOP_MILLIS = 500;
  private static final long MOST_FAREWELL_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long LOOK_NANOS = Duration.ofMillis(5).toNanos();

  private static final Map<Integer, String> REASONS =
      Map.of(
          400, "the request is not HTTP as it should be",
          414, "the address is too long",
          431, "the headers are too long");

  private final Server server;
  private final WatchedConnector connector;
  private final ConnectionWatch watch;
  private final BodyWorkers workers = new BodyWorkers();
  private final Gate gate;
  private final GracefulHandler requests;

  private HttpServer(Listening listening, Routes routes, AccessRules access, RequestLog log) {
    QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS);
    threads.setName("deed-http");
    threads.setDaemon(true);
    threads.setStopTimeout(STOP_MILLIS);
    server = new Server(threads);
    connector = new WatchedConnector(server, log);
    connector.setHost(listening.host);
    connector.setPort(listening.port);
    connector.setIdleTimeout(IDLE_MILLIS);
    connector.setAcceptQueueSize(MOST_CONNECTIONS);
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, connector));
    watch = new ConnectionWatch(connector, log::failed);
    BodyRules bodies =
        new BodyRules(
            listening.mostBody, listening.bodyTime, new BodyBudget(listening.memory), workers);
    gate = new Gate(routes, access, log, watch, bodies);
    requests = new GracefulHandler(gate);
    server.setHandler(requests);
    server.setErrorHandler(HttpServer::refuse);
    ServerWebSocketContainer.ensure(server);
  }

  /** Answers what HTTP itself refuses, such as headers that are too long. */
  private static boolean refuse(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    String reason = REASONS.getOrDefault(status, HttpStatus.getMessage(status));
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    String json = ApiException.ofStatus(status, reason).json().toString();
    response.write(true, ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)), callback);
    return true;
  }

  /**
   * Where to listen, and what is taken.
   *
   * @param host address to bind
   * @param port its port; 0: any that is free
   * @param mostBody longest body of a request, in bytes
   * @param bodyTime how long a body may take to come
   * @param memory for all bodies together, in bytes
   */
  public record Listening(String host, int port, long mostBody, Duration bodyTime, long memory) {}

  /**
   * Opens the port.
   *
   * @throws IOException when it cannot be bound
   */
  public static HttpServer open(
      Listening listening, Routes routes, AccessRules access, RequestLog log) throws IOException {
    HttpServer opened = new HttpServer(listening, routes, access, log);
    try {
      opened.server.start();
    } catch (Exception e) {
      opened.close();
      throw e instanceof IOException io ? io : new IOException(e);
    }
    return opened;
  }

  public int port() {
    return connector.getLocalPort();
  }

  /**
   * Closes the port and all connections. Requests under way get two seconds for the end of their
   * answers.
   */
  @Override
  public void close() {
    long begin = System.nanoTime();
    while (requests.getCurrentRequestCount() > 0
        && System.nanoTime() - begin < MOST_FAREWELL_NANOS) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
    watch.close();
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      gate.close();
      workers.close();
    }
  }
}
