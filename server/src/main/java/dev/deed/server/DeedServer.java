package dev.deed.server;

import dev.deed.files.IoReason;
import dev.deed.server.http.AccessRules;
import dev.deed.server.http.ApiKeys;
import dev.deed.server.http.HttpServer;
import dev.deed.server.serving.ModelLife;
import dev.deed.server.serving.ModelRegistry;
import dev.deed.server.serving.ModelSource;
import dev.deed.server.serving.ServingMeters;
import dev.deed.value.InputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.util.HostPort;
import org.jspecify.annotations.Nullable;

/**
 * Serves models over HTTP. {@link #start} opens the port, {@link #open} the models; then requests
 * are taken. Safe for use from many threads.
 */
public final class DeedServer implements AutoCloseable {
  /** Bodies are text, and what is made of them takes several times their size for a moment. */
  private static final int HEAP_SHARE_OF_BODIES = 8;

  private static final Duration MOST_BODY_TIME = Duration.ofSeconds(45);

  private static final long LOOK_MILLIS = 50;

  private final String url;
  private final AccessRules access;
  private final HttpServer http;
  private final ModelRegistry models;
  private final ServingMeters meters;
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * Opens the port. Until {@link #open}, requests are refused with 503.
   *
   * @param life when they are in memory
   * @param sources the models to serve, each under a name of its own
   * @param log takes lines about errors of ours, about models, and about an address that anyone may
   *     ask at
   * @throws InputException when the address cannot be bound or the keys are none
   */
  public static DeedServer start(
      ServerOptions options, ModelLife life, List<ModelSource> sources, Consumer<String> log) {
    return new DeedServer(options, life, sources, log);
  }

  private DeedServer(
      ServerOptions options, ModelLife life, List<ModelSource> sources, Consumer<String> log) {
    InetAddress address = address(options.host());
    access =
        new AccessRules(
            hosts(options, address),
            options.allowedOrigin(),
            holders(options.keys(), life.adminKeys()));
    meters = new ServingMeters(access::names, log);
    models = new ModelRegistry(sources, meters, options.mostWaiting(), life);
    Service service = new Service(models, meters, options.mostAudioSeconds());
    try {
      http =
          HttpServer.open(
              new HttpServer.Listening(
                  address.getHostAddress(),
                  options.port(),
                  options.mostBody(),
                  MOST_BODY_TIME,
                  Math.max(
                      options.mostBody(), Runtime.getRuntime().maxMemory() / HEAP_SHARE_OF_BODIES)),
              Endpoints.of(service),
              access,
              meters);
    } catch (IOException e) {
      throw new InputException(
          options.host() + ":" + options.port(),
          "cannot be listened to (" + IoReason.of(e) + ")",
          "give another --host or --port; --port 0 takes any that is free");
    }
    if (isOpen(options, address)) {
      log.accept(
          options.host()
              + " is no loopback address: whoever reaches port "
              + http.port()
              + " may ask; give --api-key-file FILE, or put a proxy before it that asks for a"
              + " key");
    }
    url = "http://" + HostPort.normalizeHost(options.host()) + ":" + http.port();
  }

  private static AccessRules.Holders holders(@Nullable String keys, @Nullable String adminKeys) {
    return new AccessRules.Holders(ApiKeys.parse(keys), ApiKeys.parse(adminKeys));
  }

  /** Whether others than this machine's users may reach it, and no key is asked for. */
  static boolean isOpen(ServerOptions options, InetAddress address) {
    return options.keys() == null && !address.isLoopbackAddress();
  }

  private static InetAddress address(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new InputException(
          "host " + host, "is unknown", "give an address of this machine, such as 127.0.0.1");
    }
  }

  /** On loopback, no name but its own leads here, unless somebody plays tricks with names. */
  private static Set<String> hosts(ServerOptions options, InetAddress address) {
    if (!address.isLoopbackAddress()) {
      return Set.of();
    }
    Set<String> hosts = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]", "::1"));
    hosts.add(options.host().toLowerCase(Locale.ROOT));
    options.allowedHosts().forEach(host -> hosts.add(host.toLowerCase(Locale.ROOT)));
    return hosts;
  }

  /**
   * Opens the models and warms them up, or opens them again: new requests get what was opened now,
   * running ones go on as they began.
   *
   * @throws InputException when one cannot be opened; what was served before still is
   */
  public void open() {
    models.open();
  }

  /**
   * Takes other keys from the next request on. Requests and sessions under way end as they began.
   *
   * @param keys as of {@link ServerOptions}
   * @param adminKeys as of {@link ModelLife}
   * @throws InputException when they are none; the earlier ones stay
   */
  public void replaceKeys(@Nullable String keys, @Nullable String adminKeys) {
    access.replace(holders(keys, adminKeys));
  }

  /** Where it listens, such as {@code http://127.0.0.1:8080}. */
  public String url() {
    return url;
  }

  public List<String> names() {
    return models.names();
  }

  /**
   * Takes no more requests, and waits for those that it took.
   *
   * @param most how long
   * @return whether all were answered; false also where {@link #endNow} was called
   */
  public boolean drain(Duration most) throws InterruptedException {
    models.drain();
    long begin = System.nanoTime();
    while (models.uses() > 0 || meters.sessions(0) > 0) {
      if (System.nanoTime() - begin > most.toNanos()
          || ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return true;
  }

  /** Ends a {@link #drain} under way, which then gives false. */
  public void endNow() {
    ended.countDown();
  }

  /** Ends what still runs, tells its clients so, and closes the port and the models. */
  @Override
  public void close() {
    models.close();
    http.close();
    meters.traces().close();
  }
}
