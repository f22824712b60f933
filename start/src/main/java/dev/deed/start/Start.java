package dev.deed.start;

import static java.util.stream.Collectors.joining;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code java -jar deed.jar COMMAND}: starts the command line anew, in a JVM with the flags that it
 * needs. The jars lie in the folder {@code lib} beside this one, or beside this one itself.
 */
public final class Start {
  private static final String MAIN = "dev.deed.cli.Main";

  private Start() {}

  /** Runs a command; the exit code is the command's. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path here = here();
    Path libraries = libraries(here);
    String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
    boolean foreign = !encoding.equalsIgnoreCase("UTF-8");
    List<String> given = foreign ? Arguments.asTyped(arguments) : List.of(arguments);
    List<String> words =
        new ArrayList<>(Flags.of(System.getenv(), given.isEmpty() ? "" : given.getFirst()));
    if (Files.isDirectory(here.resolve("models"))) {
      words.add("-Ddeed.root=" + here);
    }
    Path natives = libraries.resolve("natives");
    boolean unpacked = Files.isDirectory(natives);
    if (unpacked) {
      words.addAll(Flags.natives(natives));
    }
    String jars = jars(libraries).stream().map(Path::toString).collect(joining(File.pathSeparator));
    words.addAll(List.of("-cp", jars, MAIN));
    words.addAll(given);
    Path file = Arguments.write(words, File.separatorChar == '/' ? "UTF-8" : encoding);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@" + file);
      Map<String, String> environment = builder.environment();
      if (foreign && File.separatorChar == '/') {
        environment.put("LC_ALL", "C.UTF-8");
      }
      if (unpacked) {
        environment.put("ENGINE_CACHE_DIR", natives.toString());
      }
      Process child = builder.inheritIO().start();
      Signals.forward(child);
      int code = child.waitFor();
      Files.deleteIfExists(file);
      // Not exit(): nothing here is to be ended in order.
      Runtime.getRuntime().halt(code);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** The folder of this jar. */
  private static Path here() {
    try {
      Path jar = Path.of(Start.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return jar.toAbsolutePath().resolveSibling("").normalize();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a jar has an address", e);
    }
  }

  private static Path libraries(Path here) throws IOException {
    for (Path folder : List.of(here.resolve("lib"), here)) {
      if (jars(folder).stream().anyMatch(jar -> jar.toFile().getName().matches("deed-cli-\\d.*"))) {
        return folder;
      }
    }
    System.err.println(
        "deed: " + here + ": holds no jars of deed, nor does lib in it; keep deed.jar beside them");
    System.exit(2);
    throw new IllegalStateException("ended");
  }

  /** All jars of a folder, in one order; none where it is not there. */
  private static List<Path> jars(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }
}
