package dev.deed.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A checkout with the launcher of this one, a JDK and a Maven that are scripts of the test, and
 * nothing to build.
 *
 * @param folder holds {@code checkout}, {@code jdk}, {@code bin} (the first on the PATH), and
 *     folders of what runs printed
 */
record LauncherFolder(Path folder) {
  private static final String SHELL = "cli/src/main/sh/";

  /** Prints what it was given, a line each. */
  private static final String ARGUMENTS = "printf '%s\\n' \"$@\"";

  /** This JVM's class path in place of the launcher's. */
  private static final String REAL_JAVA =
      """
      for word; do
        shift
        case "$word" in *"/target/deed/*") word=$TEST_CLASS_PATH ;; esac
        set -- "$@" "$word"
      done
      exec "$REAL_JAVA" "$@"
      """;

  /** A checkout that was never built, whose Java prints its arguments. */
  static LauncherFolder unbuilt(Path folder) throws IOException {
    LauncherFolder made = new LauncherFolder(folder);
    Path checkout = made.checkout();
    for (String module : List.of("cli", "extensions/cli-training")) {
      Files.createDirectories(checkout.resolve(module).resolve("src/main"));
      Files.createFile(checkout.resolve(module).resolve("pom.xml"));
    }
    Files.createFile(checkout.resolve("pom.xml"));
    Files.createDirectories(checkout.resolve(SHELL));
    for (String part : List.of("deed", SHELL + "start.sh", SHELL + "jdk.sh", SHELL + "help.txt")) {
      Files.copy(DeedRun.ROOT.resolve(part), checkout.resolve(part));
    }
    Files.createDirectories(folder.resolve("bin"));
    Files.createDirectories(folder.resolve("jdk/bin"));
    Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
    made.script("jdk/bin/javac", "exit 1");
    made.script("jdk/bin/java", ARGUMENTS);
    made.script("bin/mvn", "echo 'no build was expected'; exit 1");
    return made;
  }

  /** A checkout where nothing changed since all parts were built; it has no laboratory yet. */
  static LauncherFolder built(Path folder) throws IOException {
    LauncherFolder made = unbuilt(folder);
    for (String part : List.of("cli", "extensions/cli-training", "lab/commands")) {
      Files.createDirectories(made.checkout().resolve(part).resolve("target/deed"));
      Path stamp = made.checkout().resolve(".deed").resolve(part.replace('/', '-') + ".built");
      Files.createDirectories(stamp.getParent());
      Files.createFile(stamp);
      Files.setLastModifiedTime(stamp, FileTime.from(Instant.now().plusSeconds(60)));
    }
    return made;
  }

  /** The same with a command line that works: this JVM's Java and class path. */
  static LauncherFolder working(Path folder) throws IOException {
    LauncherFolder made = built(folder);
    made.script("jdk/bin/java", REAL_JAVA);
    return made;
  }

  /** Gives the checkout a laboratory whose help has these lines. */
  void laboratory(String... help) throws IOException {
    Files.createDirectories(checkout().resolve("lab/commands/src/main"));
    Files.createFile(checkout().resolve("lab/commands/pom.xml"));
    Files.write(checkout().resolve("lab/help.txt"), List.of(help));
  }

  Path checkout() {
    return folder.resolve("checkout");
  }

  /** Puts a shell script in its place. */
  void script(String name, String body) throws IOException {
    Path file = Files.writeString(folder.resolve(name), "#!/usr/bin/env bash\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /**
   * Starts the launcher.
   *
   * @param environment added to this process's, or options of env
   */
  DeedProcess start(Map<String, String> environment, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add("env");
    command.add("--default-signal=INT");
    // Variables of the test by way of env: a JVM in the locale C could not spell their values.
    environment.forEach((name, value) -> command.add(name + "=" + value));
    command.add(checkout().resolve("deed").toString());
    List.of(arguments).forEach(argument -> command.add(argument.toString()));
    Path printed = Files.createTempDirectory(folder, "run");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(printed.resolve("stdout").toFile())
            .redirectError(printed.resolve("stderr").toFile());
    Map<String, String> variables = builder.environment();
    variables.put("JAVA_HOME", folder.resolve("jdk").toString());
    variables.put("PATH", folder.resolve("bin") + ":" + variables.get("PATH"));
    variables.put("REAL_JAVA", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    variables.put("TEST_CLASS_PATH", System.getProperty("java.class.path"));
    return new DeedProcess(builder.start(), printed);
  }
}
