package dev.deed.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A session over the JDK's own WebSocket; what does not come within a minute fails. */
final class RealtimeClient implements WebSocket.Listener, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PATIENCE_SECONDS = 60;

  private final BlockingQueue<JsonNode> events = new LinkedBlockingQueue<>();
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private final StringBuilder part = new StringBuilder();
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;

  /**
   * @param protocols subprotocols, none for none
   * @throws java.net.http.WebSocketHandshakeException when it is refused
   */
  RealtimeClient(RunningServer server, String query, String[] protocols, String... headers)
      throws IOException {
    WebSocket.Builder builder = http.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    if (protocols.length > 0) {
      builder.subprotocols(protocols[0], Arrays.copyOfRange(protocols, 1, protocols.length));
    }
    URI address = URI.create(server.server.url().replace("http", "ws") + "/v1/realtime" + query);
    try {
      socket = builder.buildAsync(address, this).join();
    } catch (CompletionException e) {
      http.close();
      throw (IOException) e.getCause();
    }
  }

  RealtimeClient(RunningServer server) throws IOException {
    this(server, "?model=whisper", new String[0]);
  }

  String subprotocol() {
    return socket.getSubprotocol();
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    part.append(data);
    if (last) {
      try {
        events.add(JSON.readTree(part.toString()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      part.setLength(0);
    }
    from.request(1);
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code + " " + reason);
    return CompletableFuture.completedFuture(null);
  }

  void send(String event) {
    socket.sendText(event.replace('\'', '"'), true).join();
  }

  void append(byte[] sound) {
    String audio = Base64.getEncoder().encodeToString(sound);
    send("{'type': 'input_audio_buffer.append', 'audio': '" + audio + "'}");
  }

  /** Sets something of the input, an object's content. */
  void set(String input) throws InterruptedException {
    send(
        "{'type': 'session.update', 'session': {'type': 'transcription', 'audio': {'input': {"
            + input
            + "}}}}");
    next("session.updated");
  }

  /** The next event, which has to be of a type. */
  JsonNode next(String type) throws InterruptedException {
    JsonNode event = next();
    if (!type.equals(event.path("type").asText())) {
      throw new AssertionError(type + " was expected, and came: " + event);
    }
    return event;
  }

  /** The next event. */
  JsonNode next() throws InterruptedException {
    JsonNode event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (event == null) {
      throw new AssertionError("no event came");
    }
    return event;
  }

  /** The next event of a type; those before it are passed over. */
  JsonNode await(String type) throws InterruptedException {
    JsonNode event = next();
    while (!type.equals(event.path("type").asText())) {
      event = next();
    }
    return event;
  }

  boolean hasEvents() {
    return !events.isEmpty();
  }

  /** The code and the reason of the server's close. */
  String closed() throws Exception {
    return closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Leaves without a word. */
  void abort() {
    socket.abort();
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
  }
}
