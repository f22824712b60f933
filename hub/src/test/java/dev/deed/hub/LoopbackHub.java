package dev.deed.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A hub on loopback with one model: what public ones say, and what broken or hostile ones do. */
final class LoopbackHub implements AutoCloseable {
  static final String MODEL = "org/tiny";
  static final String TOKEN = "hf_secret";

  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  final Map<String, byte[]> files = new TreeMap<>();

  /** Requests, as {@code METHOD PATH RANGE}. */
  final List<String> log = new CopyOnWriteArrayList<>();

  /** Requests for large files that carried a token. */
  final AtomicInteger tokensElsewhere = new AtomicInteger();

  /** Headers of files that say something else, by file and name. */
  final Map<String, Map<String, String>> headers = new ConcurrentHashMap<>();

  /** Contents that are sent in place of the right ones. */
  final Map<String, byte[]> wrong = new ConcurrentHashMap<>();

  /** How many bytes of a large file come before the connection is cut, one cut each. */
  final List<Integer> cuts = new CopyOnWriteArrayList<>();

  /** How many requests for files are answered with 503 first. */
  final AtomicInteger busy = new AtomicInteger();

  String commit = "a".repeat(40);
  boolean gated;
  List<String> more = List.of();

  private final HttpServer front;
  private final HttpServer store;

  LoopbackHub() {
    try {
      front = HttpServer.create(ANY, 0);
      store = HttpServer.create(ANY, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    front.createContext("/", exchange -> answer(exchange, this::front));
    store.createContext("/", exchange -> answer(exchange, this::store));
    for (HttpServer server : List.of(front, store)) {
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.start();
    }
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + front.getAddress().getPort());
  }

  long requests(String start) {
    return log.stream().filter(line -> line.startsWith(start)).count();
  }

  static String gitHash(byte[] content) {
    byte[] prefix = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
    return hash("SHA-1", prefix, content);
  }

  static String sha256(byte[] content) {
    return hash("SHA-256", content);
  }

  @Override
  public void close() {
    front.stop(0);
    store.stop(0);
  }

  private interface Answer {
    void to(HttpExchange exchange, String path) throws IOException;
  }

  private void answer(HttpExchange exchange, Answer answer) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String range = exchange.getRequestHeaders().getFirst("Range");
    log.add(exchange.getRequestMethod() + " " + path + (range == null ? "" : " " + range));
    try (exchange) {
      answer.to(exchange, path);
    }
  }

  private void front(HttpExchange exchange, String path) throws IOException {
    boolean api = path.startsWith("/api/models/");
    String rest = api ? path.substring("/api/models/".length()) : path.substring(1);
    if (!rest.startsWith(MODEL + "/")) {
      refuse(exchange, 401, "RepoNotFound");
      return;
    }
    String[] parts = rest.substring(MODEL.length() + 1).split("/", 3);
    if (api) {
      if (List.of("main", commit).contains(parts[1])) {
        send(exchange, 200, information().getBytes(StandardCharsets.UTF_8));
      } else {
        refuse(exchange, 404, "RevisionNotFound");
      }
      return;
    }
    if (gated
        && !("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      refuse(exchange, 403, "GatedRepo");
      return;
    }
    if (busy.getAndDecrement() > 0) {
      exchange.getResponseHeaders().add("Retry-After", "0");
      refuse(exchange, 503, "Busy");
      return;
    }
    String file = parts[2];
    byte[] content = files.get(file);
    if (content == null) {
      refuse(exchange, 404, "EntryNotFound");
      return;
    }
    Map<String, String> said = new TreeMap<>();
    if (isLarge(file)) {
      said.put("X-Linked-Etag", '"' + sha256(content) + '"');
      said.put("X-Linked-Size", String.valueOf(content.length));
      said.put("Location", "http://127.0.0.1:" + store.getAddress().getPort() + "/" + file);
    } else {
      said.put("ETag", "W/\"" + gitHash(content) + '"');
    }
    said.putAll(headers.getOrDefault(file, Map.of()));
    said.forEach(exchange.getResponseHeaders()::add);
    if (isLarge(file)) {
      send(exchange, 302, new byte[0]);
    } else {
      deliver(exchange, file);
    }
  }

  private void store(HttpExchange exchange, String path) throws IOException {
    if (exchange.getRequestHeaders().containsKey("Authorization")) {
      tokensElsewhere.incrementAndGet();
    }
    deliver(exchange, path.substring(1));
  }

  private void deliver(HttpExchange exchange, String file) throws IOException {
    byte[] content = wrong.getOrDefault(file, files.getOrDefault(file, new byte[0]));
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    if (range != null) {
      exchange
          .getResponseHeaders()
          .add(
              "Content-Range",
              "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
    }
    boolean body = exchange.getRequestMethod().equals("GET");
    int length = content.length - from;
    if (!body) {
      exchange.getResponseHeaders().add("Content-Length", String.valueOf(length));
    }
    exchange.sendResponseHeaders(range == null ? 200 : 206, body && length > 0 ? length : -1);
    if (body && length > 0) {
      OutputStream out = exchange.getResponseBody();
      int cut = isLarge(file) && !cuts.isEmpty() ? cuts.removeFirst() : length;
      out.write(content, from, Math.min(cut, length));
      out.flush();
      if (cut >= length) {
        out.close();
      }
    }
  }

  private String information() {
    List<String> names = new ArrayList<>(files.keySet());
    names.addAll(more);
    String siblings =
        String.join(",", names.stream().map(name -> "{\"rfilename\": \"" + name + "\"}").toList());
    return "{\"sha\": \"" + commit + "\", \"siblings\": [" + siblings + "]}";
  }

  private static boolean isLarge(String file) {
    return file.endsWith(".safetensors") || file.endsWith(".bin");
  }

  private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
    exchange.getResponseHeaders().add("X-Error-Code", code);
    send(exchange, status, "{}".getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean sent = body.length > 0 && exchange.getRequestMethod().equals("GET");
    exchange.sendResponseHeaders(status, sent ? body.length : -1);
    if (sent) {
      exchange.getResponseBody().write(body);
    }
  }

  private static String hash(String algorithm, byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      for (byte[] part : parts) {
        digest.update(part);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
