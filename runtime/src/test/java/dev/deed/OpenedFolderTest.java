package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What an open model holds of its folder, and what it loads before it counts as open. */
final class OpenedFolderTest {
  private static final Path ROOT = Path.of(System.getProperty("deed.root", ".."));
  private static final Path FOLDER = ROOT.resolve("models/values").toAbsolutePath().normalize();

  /** Opens a model in a JVM of its own. */
  static final class Opening {
    private Opening() {}

    public static void main(String[] args) {
      try (EncoderDecoderModel model = EncoderDecoderModel.open(Path.of(args[0]), 1)) {
        System.out.println("open: " + model.decoderLayers());
      } catch (InputException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void aTokenizerThatCannotLoadItsLibraryKeepsTheModelFromOpening()
      throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dos.name=FreeBSD",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Opening.class.getName(),
                FOLDER.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    child.getOutputStream().close();
    String told = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).as(told).isZero();
    assertThat(told.lines())
        .singleElement()
        .asString()
        .startsWith(FOLDER.resolve("tokenizer.json") + ": the native tokenizers library")
        .contains("does not load: ")
        .contains("; use Linux x86-64");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void noFileOfTheFolderStaysOpen() throws IOException {
    try (EncoderDecoderModel model = EncoderDecoderModel.open(FOLDER, 1)) {
      assertThat(openFiles()).noneMatch(file -> file.startsWith(FOLDER));
      assertThat(model.generate(Input.ofText("de: 1.248,50 €")).text()).isNotEmpty();
    }
  }

  private static List<Path> openFiles() throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.map(OpenedFolderTest::target).toList();
    }
  }

  private static Path target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor);
    } catch (IOException e) {
      // The one that the listing itself had.
      return descriptor;
    }
  }
}
