package dev.deed.cli.training;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A hub on loopback that gives one folder, whatever the name of the model. */
final class TutorialHub implements AutoCloseable {
  private static final String COMMIT = "0123456789".repeat(4);

  private final HttpServer server;
  private final Path folder;

  TutorialHub(Path folder) throws IOException {
    this.folder = folder;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] body =
          path.startsWith("/api/")
              ? information().getBytes(StandardCharsets.UTF_8)
              : Files.readAllBytes(folder.resolve(path.substring(path.lastIndexOf('/') + 1)));
      exchange.getResponseHeaders().add("ETag", '"' + gitHash(body) + '"');
      boolean whole = exchange.getRequestMethod().equals("GET");
      if (!whole) {
        exchange.getResponseHeaders().add("Content-Length", String.valueOf(body.length));
      }
      exchange.sendResponseHeaders(200, whole ? body.length : -1);
      if (whole) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private String information() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      String siblings =
          files
              .map(file -> "{\"rfilename\": \"" + file.getFileName() + "\"}")
              .collect(Collectors.joining(", "));
      return "{\"sha\": \"" + COMMIT + "\", \"siblings\": [" + siblings + "]}";
    }
  }

  private static String gitHash(byte[] content) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-1");
      digest.update(("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
