package dev.deed.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * An application outside this tree, which sees only what is published. It runs once the modules
 * below are verified (pom.xml), for only then is there something to publish.
 */
@EnabledOnOs({OS.LINUX, OS.MAC})
final class ConsumerTest {
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root"), "Maven runs the tests"));

  private static final Pattern SIZE = Pattern.compile("([0-9]+) jars, ([0-9.]+) MB");

  @Test
  void anApplicationNeedsTheBomOneDependencyAndOneFlag() throws IOException, InterruptedException {
    ProcessBuilder consumer =
        new ProcessBuilder(ROOT.resolve("tools/consumer/run").toString()).redirectErrorStream(true);
    Map<String, String> environment = consumer.environment();
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("DEED_LOCAL_REPOSITORY", System.getProperty("deed.local.repository"));
    environment.put(
        "PATH", System.getProperty("deed.maven.home") + "/bin:" + environment.get("PATH"));
    Process run = consumer.start();
    run.getOutputStream().close();
    String told = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(run.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(run.exitValue()).as(told).isZero();
    String sample =
        Files.readAllLines(ROOT.resolve("models/screenshot-markup/samples/samples.jsonl"))
            .getFirst();
    Matcher target = Pattern.compile("\"target\": *\"([^\"]*)\"").matcher(sample);
    assertThat(target.find()).as(sample).isTrue();
    assertThat(told).contains(target.group(1));
    Matcher size = size(told);
    Matcher stated = size(Files.readString(ROOT.resolve("docs/embedding.md")));
    assertThat(size.group(1)).as("jars that docs/embedding.md states").isEqualTo(stated.group(1));
    assertThat(Double.valueOf(size.group(2)))
        .as("MB that docs/embedding.md states")
        .isCloseTo(Double.valueOf(stated.group(2)), within(0.5));
  }

  private static Matcher size(String text) {
    Matcher size = SIZE.matcher(text);
    assertThat(size.find()).as(text).isTrue();
    return size;
  }
}
