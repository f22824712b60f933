package dev.deed.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Whatever the bytes, a door opens or refuses them in one line. */
final class DoorsTest {
  /** Inputs that once did something else, and sound ones. */
  @TestFactory
  Stream<DynamicTest> keptCasesOpenOrAreRefused() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Door door : Door.values()) {
      for (Path input : door.inputs()) {
        tests.add(
            DynamicTest.dynamicTest(
                door.id() + ": " + input.getFileName(),
                () -> AnyDoor.fuzzerTestOneInput(AnyDoor.input(door, Files.readAllBytes(input)))));
      }
    }
    return tests.stream();
  }

  /** A short run of all doors together; {@code tools/fuzz} gives each a long one of its own. */
  @Test
  void newInputsOpenOrAreRefused() throws IOException, InterruptedException, ExecutionException {
    int seconds = Integer.getInteger("deed.fuzz.seconds", 0);
    Assumptions.assumeTrue(seconds > 0, "skipped: no time to fuzz");
    List<String> asked =
        Arrays.stream(System.getProperty("deed.fuzz.doors", "").split(",", -1))
            .filter(name -> !name.isEmpty())
            .toList();
    Assumptions.assumeFalse(asked.equals(List.of(LosslessTwinsTest.NAME)), "skipped: not named");
    if (asked.isEmpty() && seconds < FuzzRun.SHORT) {
      assertThat(FuzzRun.ofAll().run(seconds * Door.values().length)).isNull();
      return;
    }
    List<Future<@Nullable String>> runs = new ArrayList<>();
    try (ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      for (Door door : Door.values()) {
        if (asked.isEmpty() || asked.contains(door.id())) {
          runs.add(threads.submit(() -> FuzzRun.of(door).run(seconds)));
        }
      }
    }
    List<String> findings = new ArrayList<>();
    for (Future<@Nullable String> run : runs) {
      String finding = run.get();
      if (finding != null) {
        findings.add(finding);
      }
    }
    assertThat(runs).as("doors named " + asked).isNotEmpty();
    assertThat(findings).isEmpty();
  }
}
