import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Prints the JDK's modules that jars use, separated by commas: {@code Modules JARS EMPTY-FOLDER}.
 * It asks {@code jdeps} for the classes alone, unpacked to the folder: descriptors of modules among
 * them name optional modules that are not there, which jdeps takes for an error.
 */
final class Modules {
  private static final Pattern USED =
      Pattern.compile("-> ((java|jdk)\\.[\\w.]+)\\s*$", Pattern.MULTILINE);

  public static void main(String[] arguments) throws IOException {
    Path classes = Path.of(arguments[1]);
    try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        unpack(jar, classes);
      }
    }
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
    if (jdeps.run(out, out, "--ignore-missing-deps", "-s", classes.toString()) != 0) {
      throw new IOException("jdeps: " + said);
    }
    TreeSet<String> modules = new TreeSet<>();
    Matcher used = USED.matcher(said.toString());
    while (used.find()) {
      modules.add(used.group(1));
    }
    System.out.println(String.join(",", modules));
  }

  private static void unpack(Path jar, Path classes) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().filter(Modules::isClass).toList()) {
        Path file = classes.resolve(entry.getName()).normalize();
        Files.createDirectories(file.getParent());
        Files.write(file, zip.getInputStream(entry).readAllBytes());
      }
    }
  }

  private static boolean isClass(ZipEntry entry) {
    return entry.getName().endsWith(".class")
        && !entry.getName().endsWith("module-info.class")
        && !entry.getName().startsWith("META-INF/");
  }
}
