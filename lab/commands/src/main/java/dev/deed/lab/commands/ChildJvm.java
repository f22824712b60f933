package dev.deed.lab.commands;

import dev.deed.cli.Main;
import dev.deed.lab.reproduce.Reproduction;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs {@code deed} in a JVM of its own, started like this one: a training's memory and what the
 * compiler learnt from it must not touch what is measured afterwards.
 */
final class ChildJvm implements Reproduction.Deed {
  @Override
  public int run(List<String> arguments, Path log) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(arguments);
    Files.createDirectories(log.toAbsolutePath().getParent());
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      process.waitFor();
      throw e;
    }
  }
}
