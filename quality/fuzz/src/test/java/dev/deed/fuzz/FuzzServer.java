package dev.deed.fuzz;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.api.SilentCloseable;
import dev.deed.EncoderDecoderModel;
import dev.deed.EngineOptions;
import dev.deed.server.DeedServer;
import dev.deed.server.ServerOptions;
import dev.deed.server.serving.ModelLife;
import dev.deed.server.serving.ModelSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A server with one tiny model, asked over connections. It runs until the JVM ends. */
final class FuzzServer {
  private static final int MOST_MILLIS = 20_000;
  private static final String ALIVE =
      "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  /** Of all servers: Jazzer keeps only what it was told last. */
  private static final Set<Integer> PORTS = ConcurrentHashMap.newKeySet();

  private final Queue<String> errors = new ConcurrentLinkedQueue<>();
  private final InetSocketAddress address;

  FuzzServer(Path folder) {
    ModelSource source =
        new ModelSource(
            "model",
            _ -> EncoderDecoderModel.open(folder, 1),
            EngineOptions.defaults().withMaxRows(8).withMaxNewTokens(64).withKnee(8),
            Duration.ofSeconds(10),
            Duration.ZERO,
            model -> null);
    ServerOptions options = new ServerOptions("127.0.0.1", 0, null, 1 << 20, 8, null, Set.of(), 60);
    DeedServer started = DeedServer.start(options, ModelLife.ALWAYS, List.of(source), errors::add);
    started.open();
    URI url = URI.create(started.url());
    address = new InetSocketAddress(url.getHost(), url.getPort());
  }

  /** Tells Jazzer, for which connections are findings, that those to such servers are none. */
  void allow() {
    PORTS.add(address.getPort());
    SilentCloseable _ = BugDetectors.allowNetworkConnections((host, port) -> PORTS.contains(port));
  }

  static byte[] post(String path, String type, byte[] body) {
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: "
            + type
            + "\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    return join(head.getBytes(StandardCharsets.UTF_8), body);
  }

  static byte[] join(byte[] head, byte[] rest) {
    byte[] all = new byte[head.length + rest.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(rest, 0, all, head.length, rest.length);
    return all;
  }

  /**
   * Asks what is to be answered well, and throws otherwise. It asks twice: the first answer may run
   * out of its time while the fuzzer changes classes that are loaded.
   */
  void requireAnswer(byte[] request) {
    check(request);
    String answer = ask(request);
    if (!answer.startsWith("HTTP/1.1 200")) {
      throw new AssertionError("answered " + answer);
    }
  }

  /** Asks, and throws where the answer is an error of ours or the server is not alive after it. */
  void check(byte[] request) {
    String answer = ask(request);
    if (!answer.isEmpty()) {
      requireStatus(answer);
    }
    String alive = ask(ALIVE.getBytes(StandardCharsets.UTF_8));
    if (!alive.startsWith("HTTP/1.1 200")) {
      throw new AssertionError("the server is not alive: " + alive);
    }
    String error = errors.poll();
    if (error != null) {
      throw new AssertionError(error);
    }
  }

  /**
   * What the server answers until it closes the connection; nothing where it closed it unanswered.
   * A request that may have no end is ended by closing the sending half.
   */
  private String ask(byte[] request) {
    try (Socket socket = new Socket()) {
      socket.connect(address, MOST_MILLIS);
      OutputStream out = socket.getOutputStream();
      out.write(request);
      out.flush();
      boolean whole =
          new String(request, StandardCharsets.ISO_8859_1).contains("Connection: close");
      if (!whole) {
        socket.shutdownOutput();
      }
      socket.setSoTimeout(MOST_MILLIS);
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no answer in " + MOST_MILLIS + " ms", e);
    } catch (IOException e) {
      // Closed while it was sent: refused.
      return "";
    }
  }

  private static void requireStatus(String answer) {
    if (!answer.matches("(?s)HTTP/1\\.1 (?!500)[2-5]\\d\\d.*")) {
      throw new AssertionError("answered " + answer.lines().findFirst().orElse(""));
    }
  }
}
