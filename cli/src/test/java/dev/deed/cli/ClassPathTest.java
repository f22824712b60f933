package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the command line runs with when it does not train. */
final class ClassPathTest {
  @Test
  void hasNoLibrariesOfTraining() {
    assertThat(System.getProperty("java.class.path"))
        .contains("picocli")
        .doesNotContain("pytorch", "mkl", "openblas", "deed-train");
  }

  @Test
  void whatTrainsIsListedAndSaysWhereItIs() {
    assertThat(DeedRun.of("--help").out()).contains("train");
    DeedRun.of("train", "--data", "x").assertOneLine(2, "command train", "training add-on");
  }
}
