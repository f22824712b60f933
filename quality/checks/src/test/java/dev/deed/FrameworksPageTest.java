package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.deed.testing.TinyWhisper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;

/** The programs of {@code docs/frameworks.md} run as they stand, in the repository's root. */
final class FrameworksPageTest {
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root"))).normalize();
  private static final String CLASSES = System.getProperty("java.class.path");

  /** What the sample's picture says. */
  private static final String LINE = "R$6.75";

  private static final String IMAGE = "deed:0.2.0";

  @TempDir Path folder = Path.of("");

  /** A block of the page: the first, second … of a language. */
  private static String block(String language, int place) throws IOException {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(ROOT.resolve("docs/frameworks.md")))
        .results()
        .skip(place)
        .findFirst()
        .orElseThrow()
        .group(1);
  }

  private static String run(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(out).isZero();
    return out;
  }

  /** tools/consumer/run builds both examples outside the tree by their POMs, and runs them. */
  @Test
  void aRecordIsMadeOfWhatAShippedModelAnswers() throws Exception {
    Path example = ROOT.resolve("examples/langchain4j/src/main/java/Payments.java");
    assertThat(Files.readString(example)).isEqualTo(block("java", 0));
    assertThat(run("-cp", CLASSES, example.toString()))
        .contains("Payment[amount=1248.50 EUR, date=2027-01-03]");
  }

  @Test
  void theProgramOfLangChain4jRuns() throws Exception {
    Path source = Files.writeString(folder.resolve("Lines.java"), block("java", 1));
    assertThat(run("-cp", CLASSES, source.toString())).contains(LINE);
  }

  @Test
  void theApplicationOfSpringAiRuns() throws Exception {
    Path source = Files.writeString(folder.resolve("Lines.java"), block("java", 2));
    int code =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-cp", CLASSES, "-d", folder.toString(), source.toString());
    assertThat(code).isZero();
    Files.writeString(folder.resolve("application.properties"), block("properties", 0));
    String classes = folder + System.getProperty("path.separator") + CLASSES;
    assertThat(run("-cp", classes, "com.example.Lines")).contains(LINE);
  }

  @Test
  void theProgramOfTikaWritesDownSound() throws Exception {
    Path model = TinyWhisper.thatTranscribes(Files.createDirectory(folder.resolve("model")));
    String program = block("java", 4).replace("openai/whisper-base", model.toString());
    Path source = Files.writeString(folder.resolve("Speech.java"), program);
    String sound = TinyWhisper.sound("s16.wav").toString();
    assertThat(run("-cp", CLASSES, source.toString(), sound)).contains("w23 w23", "dc:language=");
  }

  /** tools/check_container makes the image, and sees that this was not skipped. */
  @Test
  void theProgramOfTestcontainersAsksTheImage() throws Exception {
    DockerClientFactory engine = DockerClientFactory.instance();
    assumeTrue(engine.isDockerAvailable(), "no container engine answers");
    assumeTrue(
        engine.client().listImagesCmd().withReferenceFilter(IMAGE).exec().size() > 0,
        "the container engine has no image " + IMAGE);
    Path source = Files.writeString(folder.resolve("Values.java"), block("java", 5));
    assertThat(run("-cp", CLASSES, source.toString())).contains("6.75");
  }

  /**
   * tools/check_embedding runs the example, which needs more of Quarkus than a test should load.
   */
  @Test
  void theBeansOfQuarkusAreTheExamples() throws IOException {
    Path example = ROOT.resolve("examples/quarkus/src/main/java/com/example/DeedModels.java");
    assertThat(Files.readString(example)).contains(block("java", 3));
  }
}
