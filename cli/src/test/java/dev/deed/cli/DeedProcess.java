package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A run of the command line in a JVM of its own, for signals, broken pipes and used-up memory. What
 * it prints goes to {@code stdout} and {@code stderr} of a folder.
 */
public record DeedProcess(Process process, Path folder) {

  /** Starts a command; arguments may be paths and numbers. */
  static DeedProcess start(Path folder, List<String> jvmFlags, Object... arguments)
      throws IOException {
    return new DeedProcess(
        new ProcessBuilder(command(jvmFlags, arguments))
            .redirectOutput(folder.resolve("stdout").toFile())
            .redirectError(folder.resolve("stderr").toFile())
            .start(),
        folder);
  }

  /** The words that start a command. */
  public static List<String> command(List<String> jvmFlags, Object... arguments) {
    List<String> command = new ArrayList<>();
    // env, as a process whose parent ignores SIGINT ignores it too.
    command.add("env");
    command.add("--default-signal=INT");
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmFlags);
    command.addAll(
        List.of(
            "--add-modules=jdk.incubator.vector",
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-Xlog:disable",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    List.of(arguments).forEach(argument -> command.add(argument.toString()));
    return command;
  }

  static void waitFor(BooleanSupplier condition) throws InterruptedException {
    // On a machine with other work a JVM may take minutes to begin.
    for (int i = 0; i < 4800 && !condition.getAsBoolean(); i++) {
      Thread.sleep(50);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  /** Sends a signal, for instance {@code INT}. */
  void signal(String name) throws IOException, InterruptedException {
    // The shell's own: a bare system has no program of that name.
    new ProcessBuilder("sh", "-c", "kill -s " + name + " " + process.pid()).start().waitFor();
  }

  /** Waits for the end; its exit code. */
  public int end() throws InterruptedException {
    assertThat(process.waitFor(240, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  public String stdout() throws IOException {
    return Files.readString(folder.resolve("stdout"));
  }

  public String stderr() throws IOException {
    return withoutWarnings(folder.resolve("stderr"));
  }

  /** What a JVM wrote to stderr, but for what it says itself about incubator modules. */
  static String withoutWarnings(Path stderr) throws IOException {
    return String.join(
        "\n",
        Files.readAllLines(stderr).stream()
            .filter(line -> !line.startsWith("WARNING: Using incubator modules"))
            .toList());
  }
}
