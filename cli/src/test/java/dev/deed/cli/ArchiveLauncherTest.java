package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of the archive, with a Java that is a script; and a whole archive where one is. */
@EnabledOnOs(OS.LINUX)
final class ArchiveLauncherTest {
  /** System property: an archive of tools/dist, which tools/check_archive is to use. */
  private static final String ARCHIVE = "deed.archive";

  @TempDir Path folder = Path.of("");

  private Path archive = Path.of("");

  @BeforeEach
  void unpack() throws IOException {
    archive = folder.resolve("deed-1 für");
    for (String part : List.of("bin", "lib", "runtime/bin")) {
      Files.createDirectories(archive.resolve(part));
    }
    Path launcher = archive.resolve("bin/deed");
    Files.copy(DeedRun.ROOT.resolve("tools/archive/deed"), launcher);
    Files.copy(DeedRun.ROOT.resolve("cli/src/main/sh/start.sh"), archive.resolve("lib/start.sh"));
    for (String jar : List.of("b.jar", "a.jar", "B.jar")) {
      Files.createFile(archive.resolve("lib").resolve(jar));
    }
    Path java = archive.resolve("runtime/bin/java");
    Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$ENGINE_CACHE_DIR\" \"$@\"\n");
    for (Path script : List.of(launcher, java)) {
      Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Files.createSymbolicLink(folder.resolve("deed"), launcher);
  }

  /** What the Java of the archive is given, started by a link from another folder. */
  private List<String> given(Object... arguments) throws IOException, InterruptedException {
    return givenBy("./deed", arguments);
  }

  private List<String> givenBy(String link, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("env", "-i", "PATH=/usr/bin:/bin", link));
    List.of(arguments).forEach(argument -> command.add(argument.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("stdout").toFile())
            .redirectError(folder.resolve("stderr").toFile());
    DeedProcess run = new DeedProcess(builder.start(), folder);
    assertThat(run.end()).as(run.stderr()).isZero();
    return run.stdout().lines().toList();
  }

  @Test
  void findsItsOwnThroughALinkAndWithoutAnEnvironment() throws IOException, InterruptedException {
    List<String> given = given("info", "a b");
    String natives = archive + "/lib/natives";
    assertThat(given.getFirst()).isEqualTo(natives);
    assertThat(given)
        .contains("-Ddeed.root=" + archive, "-Ddeed.natives=" + natives, "-XX:+EnableVectorSupport")
        .contains("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED")
        .noneMatch(flag -> flag.startsWith("--add-modules") || flag.contains("AOTCache"))
        .endsWith("dev.deed.cli.Main", "info", "a b");
  }

  @Test
  void aLinkNamedWhisperIsThatCommand() throws IOException, InterruptedException {
    Files.createSymbolicLink(folder.resolve("whisper"), archive.resolve("bin/deed"));
    assertThat(givenBy("./whisper", "a.wav", "--model", "base"))
        .endsWith("dev.deed.cli.Main", "whisper", "a.wav", "--model", "base");
  }

  /** The cache knows the class path by its order: that of bytes, in every locale. */
  @Test
  void theClassPathHasOneOrder() throws IOException, InterruptedException {
    List<String> given = given("info");
    String lib = archive + "/lib/";
    assertThat(given.get(given.indexOf("-cp") + 1))
        .isEqualTo(lib + "B.jar:" + lib + "a.jar:" + lib + "b.jar");
  }

  @Test
  void takesTheCacheThatIsThereAndAServersHeap() throws IOException, InterruptedException {
    Path cache = Files.createFile(archive.resolve("lib/deed.aot"));
    assertThat(given("serve", "M")).contains("-XX:AOTCache=" + cache, "-Xms224m");
    assertThat(given("info", "serve")).contains("-Xms96m").doesNotContain("-Xms224m");
  }

  /**
   * Minutes: {@code -Ddeed.archive=FILE.tar.gz}. As root it runs there as a user without rights.
   */
  @Test
  void anArchiveRunsWithoutJava() throws IOException, InterruptedException {
    String file = System.getProperty(ARCHIVE);
    assumeTrue(file != null, "no archive: give one of tools/dist with -D" + ARCHIVE);
    String check = DeedRun.ROOT.resolve("tools/check_archive").toString();
    ProcessBuilder builder =
        new ProcessBuilder(check, Objects.requireNonNull(file))
            .redirectOutput(folder.resolve("stdout").toFile())
            .redirectError(folder.resolve("stderr").toFile());
    DeedProcess run = new DeedProcess(builder.start(), folder);
    assertThat(run.end()).as(run.stderr()).isZero();
    assertThat(run.stdout()).contains("all is well");
  }
}
