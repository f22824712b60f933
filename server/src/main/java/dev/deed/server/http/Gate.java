package dev.deed.server.http;

import java.io.IOException;
import java.time.Duration;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * What every request goes through: its name, access, the endpoint, and errors as JSON. It runs on
 * the request's own virtual thread.
 */
final class Gate extends Handler.Abstract {
  private static final String OPEN = "/health/";

  private final Routes routes;
  private final AccessRules access;
  private final RequestLog log;
  private final Exchanges exchanges;

  /** Makes the exchange of a request. */
  @FunctionalInterface
  interface Exchanges {
    Exchange of(Request request, Response response);
  }

  Gate(Routes routes, AccessRules access, RequestLog log, Exchanges exchanges) {
    this.routes = routes;
    this.access = access;
    this.log = log;
    this.exchanges = exchanges;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    long begin = System.nanoTime();
    Exchange exchange = exchanges.of(request, response);
    Throwable failure = null;
    try {
      answer(exchange);
    } catch (IOException e) {
      failure = e;
    } catch (RuntimeException | Error e) {
      failure = e;
      log.failed(exchange.id(), e);
    } finally {
      exchange.end();
    }
    int code = failure == null ? exchange.status() : RequestLog.CLIENT_LEFT;
    log.answered(
        exchange.model(),
        routes.label(exchange.path()),
        code,
        Duration.ofNanos(System.nanoTime() - begin));
    if (failure == null) {
      callback.succeeded();
    } else {
      callback.failed(failure);
    }
    return true;
  }

  /**
   * @throws IOException when the client left, or there is no way to tell it of an error
   */
  private void answer(Exchange exchange) throws IOException {
    try {
      route(exchange);
    } catch (ApiException e) {
      refuse(exchange, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      refuse(
          exchange, ApiException.unavailable("shutdown", "the server ends", Duration.ofSeconds(5)));
    } catch (OutOfMemoryError e) {
      log.failed(exchange.id(), e);
      refuse(
          exchange,
          ApiException.unavailable("memory_full", "memory is used up", Duration.ofSeconds(5)));
    } catch (RuntimeException | StackOverflowError e) {
      log.failed(exchange.id(), e);
      refuse(exchange, ApiException.ofStatus(500, "internal error; the server's log says more"));
    }
  }

  private void refuse(Exchange exchange, ApiException error) throws IOException {
    if (exchange.isCommitted()) {
      throw new IOException(error);
    }
    if (error.status() == 429 || error.status() == 503) {
      log.rejected(String.valueOf(error.code()));
    }
    exchange.refuse(error);
  }

  private void route(Exchange exchange) throws IOException, InterruptedException {
    String path = exchange.path();
    access.checkHost(exchange.request().getHttpURI().getHost());
    access.checkHost(hostOf(exchange.header("Host")));
    access.allowOrigin(exchange);
    if (!path.startsWith(OPEN) && !access.isPreflight(exchange)) {
      access.checkKey(exchange.header("Authorization"));
    }
    String methods = routes.methods(path);
    if (exchange.method().equals("OPTIONS") && methods != null) {
      exchange.header("Allow", methods);
      exchange.send(204);
      return;
    }
    routes.find(exchange.method(), path).answer(exchange);
  }

  /** The name in a {@code Host} header, which has a port behind it. */
  private static @Nullable String hostOf(@Nullable String header) {
    if (header == null) {
      return null;
    }
    int colon = header.lastIndexOf(':');
    boolean port = colon >= 0 && header.indexOf(']', colon) < 0;
    return port ? header.substring(0, colon) : header;
  }
}
