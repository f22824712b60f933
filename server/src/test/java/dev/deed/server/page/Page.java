package dev.deed.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.ScriptTimeoutException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/** The page in a browser, and the service behind it. */
final class Page {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final ChromeDriver driver;
  private final URI address;

  Page(ChromeDriver driver, URI address) {
    this.driver = driver;
    this.address = address;
  }

  /**
   * Shows the page at an address, on a screen of this many CSS pixels, and waits for the answer. A
   * page that is open goes there as it would for a user who edits the address; what the tests
   * before recorded is forgotten.
   */
  void open(String hash, int width, int height, String theme) {
    show(hash, width, height, theme);
    awaitAnswer();
  }

  /** The same without waiting. */
  void show(String hash, int width, int height, String theme) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
    if (String.valueOf(driver.getCurrentUrl()).startsWith(address.toString())) {
      forgetCalls();
      run("history.replaceState(null, '', '#'); location.hash = arguments[0]", hash);
    } else {
      driver.get(address + hash);
    }
  }

  /** The page of another service in the same browser. */
  Page at(URI other) {
    return new Page(driver, other);
  }

  void open(String hash) {
    open(hash, 1280, 900, "light");
  }

  /** Forgets what the page asked and said so far. */
  void forgetCalls() {
    run(
        """
        document.getElementById('stop').click();
        Object.assign(probe, { calls: [], answers: [], hold: false, release: [] });
        document.getElementById('status').textContent = '';
        """);
  }

  /** Leaves the page and what it keeps: the next test loads it again. */
  void leave() {
    // Storage belongs to the page; a browser that just began shows none.
    run("if (location.protocol === 'http:') { localStorage.clear(); sessionStorage.clear(); }");
    driver.get("about:blank");
  }

  void reload() {
    driver.navigate().refresh();
  }

  /** Waits until answer and comparison stand there. */
  void awaitAnswer() {
    await("/mean exit layer|drafts kept/.test(document.getElementById('status').textContent)");
  }

  /** Waits until an expression of JavaScript is true. */
  void await(String condition, Object... arguments) {
    try {
      driver.executeAsyncScript(
          """
          const done = arguments[arguments.length - 1];
          const holds = () => { try { return %s; } catch { return false; } };
          const look = () => (holds() ? done(null) : setTimeout(look, 10));
          look();
          """
              .formatted(condition),
          arguments);
    } catch (ScriptTimeoutException e) {
      throw new AssertionError(condition + "; " + text("#status") + text("#trouble"), e);
    }
  }

  @org.jspecify.annotations.Nullable
  Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** What an expression gives, as JSON. */
  JsonNode json(String expression, Object... arguments) {
    try {
      return JSON.readTree((String) run("return JSON.stringify(" + expression + ")", arguments));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The requests that the page sent so far: {@code body} without its picture, {@code image}, {@code
   * aborted} …
   */
  JsonNode calls() {
    return json("probe.calls");
  }

  /** What the service itself answers to the page's request of this number. */
  JsonNode answerTo(int call) {
    JsonNode sent = calls().get(call);
    ObjectNode body = sent.get("body").deepCopy();
    if (sent.has("image")) body.set("image", sent.get("image"));
    return post(body.put("stream", false).put("trace", true));
  }

  private JsonNode post(JsonNode body) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(address.resolve("v1/generate"))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
              .build();
      HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The page's next request is answered with this instead of the service's answer. */
  void answerNext(int status, Map<String, String> headers, String body) {
    run(
        "probe.answers.push({status: arguments[0], headers: arguments[1], body: arguments[2]})",
        status,
        new HashMap<>(headers),
        body);
  }

  WebElement find(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  void click(String selector) {
    find(selector).click();
  }

  /** Keys to whatever has the focus. */
  void press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  /** Draws with the pointer, from a place to another that is given from the element's middle. */
  void draw(String selector, int x0, int y0, int x1, int y1) {
    new Actions(driver)
        .moveToElement(find(selector), x0, y0)
        .clickAndHold()
        .moveByOffset(x1 - x0, y1 - y0)
        .release()
        .perform();
  }

  void choose(String selector, String value) {
    run(
        "const e = document.querySelector(arguments[0]); e.value = arguments[1];"
            + "e.dispatchEvent(new Event('change', {bubbles: true}))",
        selector,
        value);
  }

  void replaceText(String selector, String text) {
    find(selector).sendKeys(Keys.chord(Keys.CONTROL, "a"), text);
  }

  String text(String selector) {
    return String.valueOf(run("return document.querySelector(arguments[0]).textContent", selector));
  }

  List<Integer> layersOfTokens() {
    return integers(
        json("[...document.querySelectorAll('#tokens .token')].map(e => Number(e.dataset.layer))"));
  }

  static List<Integer> integers(JsonNode list) {
    return list.valueStream().map(JsonNode::asInt).toList();
  }

  URI address() {
    return address;
  }

  /**
   * Nothing was refused by the policy of the page, thrown, or written to the console; failed
   * requests count if told.
   */
  void assertNoTrouble(boolean failedRequests) {
    assertThat(json("probe.troubles")).isEmpty();
    List<String> console =
        driver.manage().logs().get(LogType.BROWSER).getAll().stream()
            .map(LogEntry::getMessage)
            .filter(message -> failedRequests || !message.contains("Failed to load resource"))
            .toList();
    assertThat(console).isEmpty();
  }

  /** Serious and critical findings of axe-core, one line each. */
  List<String> axeFindings() {
    run(resource("/axe.min.js"));
    Object found =
        driver.executeAsyncScript(
            """
            const done = arguments[0];
            axe.run(document, { resultTypes: ['violations'] }).then(result => done(result.violations
              .filter(each => each.impact === 'serious' || each.impact === 'critical')
              .map(each => each.id + ': ' + each.nodes.map(node => `${node.target} ${node.failureSummary}`))))
            """);
    return ((List<?>) Objects.requireNonNull(found)).stream().map(String::valueOf).toList();
  }

  /** Writes what the screen shows to target/page. */
  byte[] photograph(String name) {
    Object data =
        driver.executeCdpCommand("Page.captureScreenshot", Map.of("format", "png")).get("data");
    byte[] png = Base64.getDecoder().decode((String) Objects.requireNonNull(data));
    try {
      Path folder = Files.createDirectories(Path.of("target", "page"));
      Files.write(folder.resolve(name + ".png"), png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png;
  }

  static String resource(String name) {
    try (InputStream file = Page.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
