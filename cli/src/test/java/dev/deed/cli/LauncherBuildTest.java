package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher's build, with a Maven that is a script: what it tells, waits for and leaves. */
@EnabledOnOs(OS.LINUX)
final class LauncherBuildTest {
  private static final String LOADS =
      """
      echo '[INFO] Building deed-parent 0.2.0                         [1/3]'
      echo '[INFO] Downloading from central: https://example.org/a-1.2.jar'
      echo '[INFO] Downloaded from central: https://example.org/a-1.2.jar (1.4 MB at 2.1 MB/s)'
      echo '[INFO] Downloaded from central: https://example.org/b.pom (963 B at 2.1 kB/s)'
      echo '[INFO] Downloaded from central: https://example.org/c.jar (120 kB at 2.1 MB/s)'
      echo '[INFO] Building deed-cli 0.2.0                            [3/3]'
      """;

  private static final String BUILDS =
      "mkdir -p cli/target/deed extensions/cli-training/target/deed\n";

  /**
   * Counts itself, then waits for the file {@code go}; ends with the test's folder at the latest.
   */
  private static final String WAITS =
      """
      echo $$ >>../mvn.pids
      until [ -e ../go ]; do
        [ -d "$PWD" ] || exit 1
        sleep 0.1
      done
      """;

  @TempDir Path folder = Path.of("");

  private LauncherFolder unbuilt(String maven) throws IOException {
    LauncherFolder launcher = LauncherFolder.unbuilt(folder);
    launcher.script("bin/mvn", maven);
    return launcher;
  }

  /** A test that failed leaves no process behind either. */
  @AfterEach
  void endAll() throws IOException {
    Path pids = folder.resolve("mvn.pids");
    if (Files.exists(pids)) {
      for (String pid : Files.readAllLines(pids)) {
        ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
    ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().commandLine().orElse("").contains(folder.toString()))
        .forEach(ProcessHandle::destroyForcibly);
  }

  private void waitForMaven() throws InterruptedException {
    DeedProcess.waitFor(() -> folder.resolve("mvn.pids").toFile().length() > 0);
  }

  @Test
  void theFirstUseSaysWhatIsLoadedAndHowFarItIs() throws IOException, InterruptedException {
    LauncherFolder launcher = unbuilt(LOADS + BUILDS);
    DeedProcess run = launcher.start(Map.of(), "info", "MODEL");
    assertThat(run.end()).as(run.stderr()).isZero();
    List<String> told = run.stderr().lines().toList();
    assertThat(told.getFirst())
        .startsWith("deed: building, a minute or two before deed info starts (first use; Maven")
        .contains("160 MB");
    assertThat(told)
        .anyMatch(line -> line.startsWith("deed: building parent, 1 of 3, "))
        .anyMatch(line -> line.startsWith("deed: building cli, 3 of 3, 3 files loaded (1.5 MB), "));
    assertThat(told.getLast()).startsWith("deed: built in ").endsWith(" s");
    assertThat(run.stdout().lines()).endsWith("dev.deed.cli.Main", "info", "MODEL");
    assertThat(launcher.checkout().resolve(".deed/build.log"))
        .content()
        .contains("b.pom (963 B at", "[3/3]");
    run = launcher.start(Map.of(), "info");
    assertThat(run.end()).isZero();
    assertThat(run.stderr()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-h", "--help", "help"})
  void whatTheCommandsAreIsToldBeforeABuild(String typed) throws IOException, InterruptedException {
    LauncherFolder launcher = unbuilt("exit 1");
    Object[] words = typed.isEmpty() ? new Object[0] : new Object[] {typed};
    DeedProcess run = launcher.start(Map.of(), words);
    assertThat(run.end()).isZero();
    assertThat(run.stdout()).isEqualTo(DeedRun.of("--help").out());
    assertThat(run.stderr())
        .isEqualTo("deed: not built yet; the first command builds it, which takes a minute or two");
  }

  @Test
  void changedSourcesAreNoFirstUse() throws IOException, InterruptedException {
    LauncherFolder launcher = LauncherFolder.built(folder);
    launcher.script("bin/mvn", BUILDS);
    Files.setLastModifiedTime(
        launcher.checkout().resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(90)));
    DeedProcess run = launcher.start(Map.of(), "info");
    assertThat(run.end()).isZero();
    assertThat(run.stderr().lines().findFirst().orElseThrow())
        .isEqualTo("deed: building, a minute or two before deed info starts (sources changed) ...");
  }

  @Test
  void aBuildUnderWayIsWaitedForAloud() throws IOException, InterruptedException {
    LauncherFolder launcher = unbuilt(WAITS + BUILDS);
    DeedProcess first = launcher.start(Map.of(), "info", 1);
    waitForMaven();
    DeedProcess second = launcher.start(Map.of(), "info", 2);
    Path told = second.folder().resolve("stderr");
    DeedProcess.waitFor(() -> told.toFile().length() > 0);
    Files.createFile(folder.resolve("go"));
    assertThat(first.end()).isZero();
    assertThat(second.end()).isZero();
    assertThat(second.stderr())
        .isEqualTo(
            "deed: another deed is building in " + launcher.checkout() + "; waiting for it ...");
    assertThat(second.stdout().lines()).endsWith("info", "2");
    assertThat(folder.resolve("mvn.pids")).content().hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({"INT,130", "TERM,143"})
  void aStoppedBuildLeavesNothingRunning(String signal, int code)
      throws IOException, InterruptedException {
    LauncherFolder launcher = unbuilt(WAITS);
    DeedProcess run = launcher.start(Map.of(), "info");
    waitForMaven();
    run.signal(signal);
    assertThat(run.end()).isEqualTo(code);
    assertThat(run.stderr().lines().toList().getLast())
        .isEqualTo("deed: stopped: the build is not finished; the next start builds again");
    long maven = Long.parseLong(Files.readString(folder.resolve("mvn.pids")).strip());
    DeedProcess.waitFor(() -> ProcessHandle.of(maven).isEmpty());
    launcher.script("bin/mvn", BUILDS);
    run = launcher.start(Map.of(), "info", 3);
    assertThat(run.end()).isZero();
    assertThat(run.stdout().lines()).endsWith("info", "3");
  }

  @Test
  void waitingForABuildEndsWithASignalToo() throws IOException, InterruptedException {
    LauncherFolder launcher = unbuilt(WAITS + BUILDS);
    DeedProcess first = launcher.start(Map.of(), "info");
    waitForMaven();
    DeedProcess second = launcher.start(Map.of(), "info");
    Path told = second.folder().resolve("stderr");
    DeedProcess.waitFor(() -> told.toFile().length() > 0);
    second.signal("TERM");
    assertThat(second.end()).isEqualTo(143);
    Files.createFile(folder.resolve("go"));
    assertThat(first.end()).isZero();
  }

  @Test
  void whatFailedIsShown() throws IOException, InterruptedException {
    LauncherFolder launcher =
        unbuilt("echo '[INFO] one'; echo '[ERROR] A.java:[1,2] two'; echo three; exit 1");
    DeedProcess run = launcher.start(Map.of(), "info");
    assertThat(run.end()).isEqualTo(Failures.FAILED);
    assertThat(run.stderr().lines())
        .endsWith(
            "[ERROR] A.java:[1,2] two",
            "three",
            "deed: the build failed: the lines above say why; the whole log is .deed/build.log")
        .noneMatch(line -> line.contains("[INFO]"));
  }
}
