package dev.deed.server.http;

import dev.deed.server.http.BodyReader.BodyRules;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * What every request goes through: its name, access, the endpoint, and errors as JSON. Each has a
 * virtual thread of its own, but probes: these share a thread of the system, which never waits, so
 * that they are answered whatever the others do. The thread that reads from connections does
 * nothing but hand requests over.
 */
final class Gate extends Handler.Abstract.NonBlocking implements AutoCloseable {
  /** Headers that would say two things if they came twice. */
  private static final List<HttpHeader> ONCE =
      List.of(
          HttpHeader.HOST,
          HttpHeader.AUTHORIZATION,
          HttpHeader.CONTENT_TYPE,
          HttpHeader.CONTENT_ENCODING,
          HttpHeader.CONTENT_LENGTH,
          HttpHeader.TRANSFER_ENCODING,
          HttpHeader.ORIGIN);

  /** Codes of refusals before anything is done: a client that comes again as told loses nothing. */
  private static final Set<String> NOT_SERVING = Set.of("loading", "draining");

  private final Routes routes;
  private final AccessRules access;
  private final RequestLog log;
  private final ConnectionWatch watch;
  private final BodyRules bodies;
  private final Executor threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("deed-request-", 0).factory());
  private final ExecutorService probes =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("deed-health").factory());

  Gate(Routes routes, AccessRules access, RequestLog log, ConnectionWatch watch, BodyRules bodies) {
    this.routes = routes;
    this.access = access;
    this.log = log;
    this.watch = watch;
    this.bodies = bodies;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Exchange exchange = new Exchange(request, response, watch, bodies);
    Routes.Route route = routes.find(exchange.path());
    Consumer<@Nullable Throwable> end = failure -> end(exchange, route, failure, callback);
    if (route.access() == Routes.Access.PROBE && route.endpoint(exchange.method()) != null) {
      exchange.completeWith(Callback.from(() -> end.accept(null), end::accept));
      probes.execute(
          () -> {
            Throwable failure = failure(exchange, route);
            // An answer that was begun tells of its end itself.
            if (failure != null && !exchange.isCommitted()) {
              end.accept(failure);
            }
          });
    } else {
      threads.execute(() -> end.accept(failure(exchange, route)));
    }
    return true;
  }

  /** Answers a request; what kept it from that, null for nothing. */
  private @Nullable Throwable failure(Exchange exchange, Routes.Route route) {
    try (Closeable _ = log.begin(exchange, route.path())) {
      answer(exchange, route);
      return null;
    } catch (IOException e) {
      return e;
    } catch (RuntimeException | Error e) {
      log.failed(exchange.id(), e);
      return e;
    }
  }

  private void end(
      Exchange exchange, Routes.Route route, @Nullable Throwable failure, Callback callback) {
    exchange.end();
    try {
      log.answered(
          exchange.client().name(),
          exchange.model(),
          route.path(),
          failure == null ? exchange.status() : RequestLog.CLIENT_LEFT);
    } finally {
      if (failure == null) {
        callback.succeeded();
      } else {
        exchange.close(failure);
        callback.failed(failure);
      }
    }
  }

  /**
   * @throws IOException when the client left, or there is no way to tell it of an error
   */
  private void answer(Exchange exchange, Routes.Route route) throws IOException {
    try {
      dispatch(exchange, route);
    } catch (ApiException e) {
      refuse(exchange, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      refuse(exchange, ApiException.shutdown());
    } catch (OutOfMemoryError e) {
      log.failed(exchange.id(), e);
      refuse(
          exchange,
          ApiException.unavailable("memory_full", "memory is used up", Duration.ofSeconds(5)));
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      log.failed(exchange.id(), e);
      refuse(exchange, ApiException.ofStatus(500, "internal error; the server's log says more"));
    }
  }

  private void refuse(Exchange exchange, ApiException error) throws IOException {
    if (exchange.isLeft()) {
      throw new IOException("the client left", error);
    }
    if (!exchange.isCommitted() && (error.status() == 429 || error.status() == 503)) {
      log.rejected(String.valueOf(error.code()));
    }
    if (NOT_SERVING.contains(String.valueOf(error.code()))) {
      exchange.uncount();
    }
    exchange.refuse(error);
  }

  private void dispatch(Exchange exchange, Routes.Route route)
      throws IOException, InterruptedException {
    checkHeaders(exchange.request().getHeaders());
    // Jetty takes it from the Host header, and refuses an address that names another.
    access.checkHost(exchange.request().getHttpURI().getHost());
    access.allowOrigin(exchange);
    if (exchange.opensSocket()) {
      exchange.refuseForeignPage();
    }
    if (route.access() == Routes.Access.OPEN || route.access() == Routes.Access.PROBE) {
      access.announceKey(exchange);
    } else if (!access.isPreflight(exchange)) {
      exchange.client(access.client(exchange, route.access()));
    }
    Endpoint endpoint = route.endpoint(exchange.method());
    if (endpoint != null) {
      endpoint.answer(exchange);
    } else if (exchange.method().equals("OPTIONS")) {
      exchange.header("Allow", route.methods());
      exchange.send(204);
    } else {
      throw ApiException.wrongMethod(route.methods());
    }
  }

  /**
   * @throws ApiException 400 or 501 when they can be understood in two ways, or not at all
   */
  private static void checkHeaders(HttpFields headers) {
    for (HttpHeader header : ONCE) {
      if (headers.getFields(header).size() > 1) {
        throw ApiException.badRequest(header.asString() + ": comes twice; send it once", null);
      }
    }
    String coding = headers.get(HttpHeader.TRANSFER_ENCODING);
    if (coding != null && !HttpHeaderValue.CHUNKED.is(coding.strip())) {
      throw ApiException.ofStatus(501, "Transfer-Encoding: send the body as it is, or in chunks");
    }
  }

  @Override
  public void close() {
    probes.shutdownNow();
  }
}
