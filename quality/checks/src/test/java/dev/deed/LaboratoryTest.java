package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The laboratory stands on the product, which knows nothing of it: it builds without lab/. */
final class LaboratoryTest {
  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root"))).normalize();

  /** Its packages and coordinates, and the libraries that only it needs. */
  private static final List<String> FOREIGN =
      List.of("dev.deed.lab", "deed-lab", "jlatexmath", "openjdk.jmh");

  @Test
  void noSourceAndNoPomOfTheProductNamesIt() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : files()) {
      String text = Files.readString(file);
      FOREIGN.stream()
          .filter(text::contains)
          .forEach(name -> found.add(ROOT.relativize(file) + " names " + name));
    }
    assertThat(found).isEmpty();
  }

  @Test
  void nothingThatItNeedsIsOnTheClassPath() {
    assertThat(System.getProperty("java.class.path"))
        .contains("cli-training", "archunit")
        .doesNotContain(FOREIGN.subList(1, FOREIGN.size()).toArray(String[]::new));
  }

  private static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>(List.of(ROOT.resolve("pom.xml")));
    for (Path module : Modules.ofTheProduct()) {
      files.add(module.resolve("pom.xml"));
      if (Files.exists(module.resolve("src"))) {
        try (Stream<Path> sources = Files.walk(module.resolve("src"))) {
          sources.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
        }
      }
    }
    assertThat(files).hasSizeGreaterThan(100);
    files.removeIf(file -> file.endsWith("LaboratoryTest.java"));
    return files;
  }
}
