package dev.deed.server.page;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * Gives tests a {@link Page} in one Chromium for all of them; skips them with one line where there
 * is none.
 */
final class Chromium implements ExecutionCondition, ParameterResolver {
  /** The first answer of a cold engine takes long on a machine that does other things too. */
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private static final Namespace OURS = Namespace.create(Chromium.class);

  /**
   * Selenium warns of browsers newer than it; held, since loggers that nobody holds forget their
   * level.
   */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  static {
    SELENIUM.setLevel(Level.SEVERE);
  }

  /** Browser and service of a test run; closed at its end. */
  private record Session(ChromeDriver driver, PageServer service) implements AutoCloseable {
    @Override
    public void close() {
      driver.quit();
      service.close();
    }
  }

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (browser().isPresent() && driver().isPresent()) {
      return ConditionEvaluationResult.enabled("Chromium is here");
    }
    String line =
        "skipped: the page's tests need chromium and chromedriver (Debian: chromium, chromium-driver)";
    context
        .getRoot()
        .getStore(OURS)
        .getOrComputeIfAbsent(
            line,
            key -> {
              System.out.println(key);
              return key;
            });
    return ConditionEvaluationResult.disabled(line);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Page.class;
  }

  @Override
  public Page resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Session session =
        context
            .getRoot()
            .getStore(OURS)
            .getOrComputeIfAbsent(Session.class, key -> start(), Session.class);
    return new Page(session.driver(), session.service().address());
  }

  private static Session start() {
    CompletableFuture<PageServer> server =
        CompletableFuture.supplyAsync(
            () -> new PageServer(null, "ofa-tasks", "screenshot-markup", "referring"));
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser().orElseThrow().toFile());
    // Root, as in a container, gets no sandbox; the browser opens our own page alone.
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        // A microphone that beeps, and a user who lets the page hear it.
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        "--force-color-profile=srgb");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.WARNING);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(driver().orElseThrow().toFile())
            .build();
    ChromeDriver driver = new ChromeDriver(service, options);
    driver.manage().timeouts().scriptTimeout(PATIENCE);
    driver.executeCdpCommand(
        "Page.addScriptToEvaluateOnNewDocument", Map.of("source", Page.resource("probe.js")));
    return new Session(driver, server.join());
  }

  private static Optional<Path> browser() {
    return onPath("chromium", "chromium-browser", "google-chrome");
  }

  private static Optional<Path> driver() {
    return onPath("chromedriver");
  }

  private static Optional<Path> onPath(String... names) {
    List<String> folders =
        List.of(
            Optional.ofNullable(System.getenv("PATH"))
                .orElse("")
                .split(java.io.File.pathSeparator, -1));
    for (String name : names) {
      for (String folder : folders) {
        Path file = Path.of(folder, name);
        if (Files.isExecutable(file)) return Optional.of(file);
      }
    }
    return Optional.empty();
  }
}
