package dev.deed.hub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.deed.files.Interruption;
import dev.deed.hub.RemoteFile.FileTag;
import dev.deed.value.InputException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a hub. Redirects are followed within bounds, and carry the token only while they stay at the
 * hub; a busy hub is asked again. What it says is checked before it is used. Belongs to one thread.
 */
final class HubClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final int MOST_REDIRECTS = 5;

  /** A repository of a hundred thousand files says less. */
  private static final int LONGEST_INFORMATION = 32 << 20;

  private static final JsonMapper JSON = new JsonMapper();

  private final HubSettings settings;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .proxy(ProxySelector.getDefault())
          .build();

  HubClient(HubSettings settings) {
    this.settings = settings;
  }

  /**
   * What a repository holds at a revision.
   *
   * @param commit that the revision is now
   * @param files their names, of any form
   */
  record Repository(String commit, Set<String> files) {}

  record Content(HubBody body, long from) implements AutoCloseable {
    @Override
    public void close() {
      body.close();
    }
  }

  /**
   * Asks what a model's repository holds.
   *
   * @throws InputException when there is no such model or revision, or it is not open to this token
   */
  Repository repository(ModelName model) throws HubUnreachable {
    String revision = URLEncoder.encode(model.revision(), StandardCharsets.UTF_8);
    URI uri = at("/api/models/" + model.repository() + "/revision/" + revision);
    HttpResponse<byte[]> answer =
        send("GET", uri, 0, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_INFORMATION));
    if (answer.statusCode() != 200) {
      throw refusal(model, answer);
    }
    JsonNode information;
    try {
      information = JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new HubUnreachable("it answers no JSON");
    }
    String commit = information.path("sha").asText();
    if (!ModelName.isCommit(commit)) {
      throw new HubUnreachable("it names no commit of " + model);
    }
    Set<String> files = new HashSet<>();
    information.path("siblings").forEach(file -> files.add(file.path("rfilename").asText()));
    return new Repository(commit, files);
  }

  RemoteFile file(ModelName model, String commit, String name) throws HubUnreachable {
    HttpResponse<Void> answer =
        send("HEAD", resolve(model, commit, name), 0, BodyHandlers.discarding());
    boolean elsewhere = isElsewhere(answer);
    if (answer.statusCode() != 200 && !elsewhere) {
      throw refusal(model, answer);
    }
    String file = "model " + model + ": " + name;
    String tag = header(answer, "X-Linked-Etag", header(answer, "ETag", ""));
    String size = header(answer, "X-Linked-Size", header(answer, "Content-Length", ""));
    InputException.require(
        size.matches("\\d{1,15}"), file, "has no size", "ask a hub that tells sizes");
    URI place = elsewhere ? next(answer.uri(), header(answer, "Location", "")) : answer.uri();
    return new RemoteFile(name, FileTag.ofHeader(file, tag), Long.parseLong(size), place);
  }

  /**
   * Asks for a file's content.
   *
   * @param again whether the place where the content was did not give it: the hub is asked anew
   * @param from the first byte that is wanted; the answer may begin at 0 all the same
   */
  Content content(ModelName model, String commit, RemoteFile file, boolean again, long from)
      throws HubUnreachable {
    URI place = again ? resolve(model, commit, file.name()) : file.place();
    HttpResponse<Flow.@Nullable Publisher<List<ByteBuffer>>> answer =
        send("GET", place, from, pieces());
    Flow.Publisher<List<ByteBuffer>> body = answer.body();
    if (body == null && isHub(place)) {
      throw refusal(model, answer);
    }
    if (body == null) {
      throw new HubUnreachable(place.getHost() + " answers " + answer.statusCode());
    }
    HubBody content = new HubBody(body, ANSWER);
    if (answer.statusCode() == 200) {
      return new Content(content, 0);
    }
    String range = header(answer, "Content-Range", "").toLowerCase(Locale.ROOT);
    if (!range.startsWith("bytes " + from + "-")) {
      content.close();
      throw new HubUnreachable("it gives another range of " + file.name() + " than was asked for");
    }
    return new Content(content, from);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private URI at(String path) {
    return URI.create(settings.endpoint() + path);
  }

  private URI resolve(ModelName model, String commit, String file) {
    return at("/" + model.repository() + "/resolve/" + commit + "/" + file);
  }

  private <T> HttpResponse<T> send(String method, URI uri, long from, BodyHandler<T> handler)
      throws HubUnreachable {
    for (int attempt = 1; ; attempt++) {
      Duration pause = Waiting.before(attempt);
      try {
        HttpResponse<T> answer = follow(method, uri, from, handler);
        int status = answer.statusCode();
        if (status != 429 && status < 500) {
          return answer;
        }
        if (attempt == Waiting.ATTEMPTS) {
          throw new HubUnreachable("it answers " + status);
        }
        pause = Waiting.before(attempt, answer.headers());
      } catch (ConnectException | HttpConnectTimeoutException e) {
        throw new HubUnreachable(e.getMessage() == null ? "no connection" : e.getMessage());
      } catch (HubUnreachable e) {
        throw e;
      } catch (IOException e) {
        if (attempt == Waiting.ATTEMPTS) {
          throw new HubUnreachable(e);
        }
      }
      Waiting.sleep(pause);
    }
  }

  /** Follows redirects; where a HEAD is answered with a tag, the file itself is elsewhere. */
  private <T> HttpResponse<T> follow(String method, URI uri, long from, BodyHandler<T> handler)
      throws IOException {
    URI place = uri;
    for (int hops = 0; hops <= MOST_REDIRECTS; hops++) {
      HttpResponse<T> answer = ask(method, place, from, handler);
      if (!isRedirect(answer) || method.equals("HEAD") && isElsewhere(answer)) {
        return answer;
      }
      place = next(place, header(answer, "Location", ""));
    }
    throw redirected("more than " + MOST_REDIRECTS + " times");
  }

  /** Nothing but http and https, and never from https to http. */
  private URI next(URI from, String location) {
    try {
      URI to = from.resolve(location);
      String scheme = String.valueOf(to.getScheme()).toLowerCase(Locale.ROOT);
      boolean http = scheme.equals("https") || scheme.equals("http");
      boolean weaker = from.getScheme().equalsIgnoreCase("https") && !scheme.equals("https");
      boolean named = !location.isEmpty() && to.getHost() != null && to.getRawUserInfo() == null;
      if (http && !weaker && named) {
        return to;
      }
    } catch (IllegalArgumentException e) {
      throw redirected("to what is no address");
    }
    throw redirected("to where no file is fetched from");
  }

  private InputException redirected(String how) {
    return new InputException(
        "hub " + settings.endpoint(), "redirects " + how, "check HF_ENDPOINT, or ask its operator");
  }

  private <T> HttpResponse<T> ask(String method, URI uri, long from, BodyHandler<T> handler)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header("User-Agent", "deed")
            .header("Accept-Encoding", "identity");
    if (settings.token() != null && isHub(uri)) {
      request.header("Authorization", "Bearer " + settings.token());
    }
    if (from > 0) {
      request.header("Range", "bytes=" + from + "-");
    }
    Future<HttpResponse<T>> answer;
    try {
      answer = http.sendAsync(request.build(), handler);
    } catch (IllegalArgumentException e) {
      throw new HubUnreachable("its address cannot be asked");
    }
    try {
      return answer.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io
          ? io
          : new HubUnreachable(String.valueOf(e.getCause()));
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new HubUnreachable("it does not answer within " + ANSWER.toSeconds() + " s");
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw Interruption.stopped(e, Download.LEFT);
    }
  }

  /** What the hub refuses, in words of our own: its messages may hold anything. */
  private InputException refusal(ModelName model, HttpResponse<?> answer) {
    String hub = settings.endpoint().toString();
    String token =
        settings.token() == null
            ? "set HF_TOKEN to a token that may read it"
            : "use a token in HF_TOKEN that may read it";
    String code = answer.headers().firstValue("X-Error-Code").orElse("");
    int status = answer.statusCode();
    String what = "model " + model;
    return switch (code) {
      case "GatedRepo" ->
          new InputException(
              what,
              "is gated",
              "accept its terms at " + hub + "/" + model.repository() + ", then " + token);
      case "RevisionNotFound" ->
          new InputException(
              what,
              "has no revision \"" + model.revision() + "\"",
              "look at " + hub + "/" + model.repository() + "/tree/main for its branches and tags");
      case "EntryNotFound" ->
          new InputException(
              what, "lacks a file that the hub lists", "run it again, or ask for a commit");
      default ->
          status == 401 || status == 403 || status == 404
              ? new InputException(
                  what,
                  "is unknown at " + hub + ", or private",
                  "check the name, or give a folder that exists; if it is private, " + token)
              : new InputException(
                  what, "is refused by " + hub + " (" + status + ")", "ask the hub's operator");
    };
  }

  private boolean isHub(URI uri) {
    URI hub = settings.endpoint();
    return hub.getScheme().equalsIgnoreCase(uri.getScheme())
        && hub.getHost().equalsIgnoreCase(uri.getHost())
        && hub.getPort() == uri.getPort();
  }

  /** A redirect that tells tag and size of a file kept elsewhere. */
  private static boolean isElsewhere(HttpResponse<?> answer) {
    return isRedirect(answer) && answer.headers().firstValue("X-Linked-Etag").isPresent();
  }

  private static boolean isRedirect(HttpResponse<?> answer) {
    return answer.statusCode() >= 300 && answer.statusCode() < 400;
  }

  private static String header(HttpResponse<?> answer, String name, String otherwise) {
    return answer.headers().firstValue(name).orElse(otherwise);
  }

  /** The body of a file; null for that of a refusal or a redirect. */
  private static BodyHandler<Flow.@Nullable Publisher<List<ByteBuffer>>> pieces() {
    return information ->
        information.statusCode() == 200 || information.statusCode() == 206
            ? BodySubscribers.mapping(BodySubscribers.ofPublisher(), publisher -> publisher)
            : BodySubscribers.replacing(null);
  }
}
