package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the launcher makes of its environment: the JDK that it finds and the flags of the JVM. */
@EnabledOnOs(OS.LINUX)
final class LauncherEnvironmentTest {
  @TempDir Path folder = Path.of("");

  /** What the JVM is given. */
  private List<String> given(Map<String, String> environment, Object... arguments)
      throws IOException, InterruptedException {
    DeedProcess run = new LauncherFolder(folder).start(environment, arguments);
    assertThat(run.end()).as(run.stderr()).isZero();
    return run.stdout().lines().toList();
  }

  @Test
  void servicesHaveNoHome() throws IOException, InterruptedException {
    LauncherFolder.built(folder);
    assertThat(given(Map.of("--unset", "HOME"), "info")).endsWith("dev.deed.cli.Main", "info");
  }

  @ParameterizedTest
  @CsvSource({
    "-Xmx33m, info, false",
    "-Xmx2g -Xmx95M, info, false",
    "-XX:MaxHeapSize=50000k, info, false",
    "-Xmx200m, serve, false",
    "-Xmx96m, info, true",
    "-Xmx33m -Xmx1g, info, true",
    "-Dnothing, info, true",
    "-Xmxbad, info, true"
  })
  void aHeapDoesNotStartLargerThanItMayBecome(String options, String command, boolean stated)
      throws IOException, InterruptedException {
    LauncherFolder.built(folder);
    List<String> flags = given(Map.of("DEED_JAVA_OPTS", options), command);
    assertThat(flags.stream().anyMatch(flag -> flag.startsWith("-Xms"))).isEqualTo(stated);
    assertThat(flags.stream().anyMatch(flag -> flag.contains("NewSize"))).isEqualTo(stated);
  }

  @Test
  void aJvmWithASmallHeapStarts() throws IOException, InterruptedException {
    LauncherFolder.working(folder);
    assertThat(given(Map.of("DEED_JAVA_OPTS", "-Xmx33m"), "info", DeedRun.model("bart")))
        .isNotEmpty();
  }

  /** {@code --add-modules} prints a warning; later releases have to show that it can be spared. */
  @ParameterizedTest
  @CsvSource({
    "25.0.3, --add-exports=java.base/jdk.internal.module=ALL-UNNAMED",
    "26, --add-modules=jdk.incubator.vector"
  })
  void vectorsComeWithoutAWarningWhereThatIsKnownToWork(String release, String flag)
      throws IOException, InterruptedException {
    LauncherFolder.built(folder);
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"" + release + "\"\n");
    assertThat(given(Map.of(), "info"))
        .contains(flag)
        .filteredOn(given -> given.startsWith("--add-"))
        .hasSize(1);
  }

  /** The JVM's stderr as it is: the incubator warning is not filtered out here. */
  @Test
  void aWorkingLauncherIsQuietAndUsesVectors() throws IOException, InterruptedException {
    LauncherFolder launcher = LauncherFolder.working(folder);
    DeedProcess run =
        launcher.start(
            Map.of(), "generate", DeedRun.model("bart"), "--prompt", "a", "--quiet", "--json");
    run.end();
    assertThat(Files.readString(run.folder().resolve("stderr")))
        .doesNotContain("incubator", "scalar kernels");
  }

  /** The scripts of tools/ find what the launcher finds: here the JDK on the PATH. */
  @Test
  void anOldJdkIsPassedBy() throws IOException, InterruptedException {
    LauncherFolder.unbuilt(folder);
    Path old = folder.resolve("old");
    Files.createDirectories(old.resolve("bin"));
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
    new LauncherFolder(folder).script("old/bin/javac", "exit 1");
    Path found = folder.resolve("found");
    ProcessBuilder script =
        new ProcessBuilder(
                "bash",
                "-c",
                "set -euo pipefail; source \"$0\"; require_jdk dist; echo \"$JAVA_HOME\"",
                DeedRun.ROOT.resolve("cli/src/main/sh/jdk.sh").toString())
            .redirectOutput(found.toFile());
    script.environment().put("JAVA_HOME", old.toString());
    script.environment().put("PATH", folder + "/jdk/bin:" + System.getenv("PATH"));
    script.environment().remove("HOME");
    assertThat(script.start().waitFor()).isZero();
    assertThat(found).hasContent(folder.resolve("jdk").toRealPath().toString());
  }
}
