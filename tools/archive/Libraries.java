import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Copies the product's jars for the archive: {@code Libraries FROM TO}. Native libraries of this
 * machine's kind go to {@code TO/natives}, where the archive's launcher says that they are; those
 * of other kinds are left out, and so is a jar that has nothing else.
 */
final class Libraries {
  /** Native libraries in the jars, of all platforms. */
  private static final Pattern NATIVE =
      Pattern.compile(".*\\.(so|so\\.\\d+|dll|dylib|jnilib|a)|org/bytedeco/(dnnl|ffmpeg)/.*");

  /** Where a library of this platform goes; groups of the name are its file. */
  private record Place(Pattern name, String folder) {}

  private final Path to;
  private final List<Place> places;

  private Libraries(Path to, List<Place> places) {
    this.to = to;
    this.places = places;
  }

  public static void main(String[] arguments) throws IOException {
    String machine = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
    Path from = Path.of(arguments[0]);
    Path to = Path.of(arguments[1]);
    // The folders of DJL's libraries are those in which it looks before it unpacks its own.
    String tokenizers = "tokenizers/" + version(from, "tokenizers") + "-cpu-linux-" + machine + "/";
    String sentencepiece = "sentencepiece/" + version(from, "sentencepiece") + "/";
    Libraries libraries =
        new Libraries(
            to,
            List.of(
                place("native/lib/linux-" + machine + "/cpu/(libtokenizers.so)", tokenizers),
                place("native/lib/linux-" + machine + "/(libsentencepiece.*)", sentencepiece),
                place("native/Linux/" + machine + "/(libwebp.*)", ""),
                place("org/jline/nativ/Linux/" + jline(machine) + "/(libjline.*)", ""),
                place("com/sun/jna/linux-" + jna(machine) + "/(libjnidispatch.so)", ""),
                place("org/bytedeco/dnnl/linux-x86_64/(libdnnl.so.3|libgomp.so.1)", ""),
                // Where BytedecoFfmpeg looks before it unpacks its own.
                place(
                    "org/bytedeco/ffmpeg/" + bytedeco(machine) + "/(ffmpeg|lib(?!jni).*)",
                    "ffmpeg/" + bytedeco(machine) + "/")));
    Files.createDirectories(to.resolve("natives"));
    try (Stream<Path> jars = Files.list(from)) {
      for (Path jar : jars.filter(path -> path.toString().endsWith(".jar")).sorted().toList()) {
        libraries.copy(jar);
      }
    }
  }

  private static Place place(String name, String folder) {
    return new Place(Pattern.compile(name), folder);
  }

  private static String jline(String machine) {
    return machine.equals("aarch64") ? "arm64" : machine;
  }

  private static String bytedeco(String machine) {
    return "linux-" + jline(machine);
  }

  private static String jna(String machine) {
    return machine.equals("aarch64") ? machine : "x86-64";
  }

  /** The version that DJL gives its native library. */
  private static String version(Path from, String library) throws IOException {
    Path jar;
    try (Stream<Path> jars = Files.list(from)) {
      jar =
          jars.filter(path -> path.getFileName().toString().matches(library + "-[\\d.]+\\.jar"))
              .findFirst()
              .orElseThrow();
    }
    Properties properties = new Properties();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      ZipEntry entry = zip.getEntry("native/lib/" + library + ".properties");
      properties.load(zip.getInputStream(entry));
    }
    return properties.getProperty("version");
  }

  private void copy(Path jar) throws IOException {
    Path copy = to.resolve(jar.getFileName());
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<? extends ZipEntry> natives = zip.stream().filter(Libraries::isNative).toList();
      for (ZipEntry entry : natives) {
        unpack(zip, entry);
      }
      if (natives.isEmpty()) {
        Files.copy(jar, copy);
        return;
      }
      List<? extends ZipEntry> kept =
          zip.stream().filter(entry -> !entry.isDirectory() && !isNative(entry)).toList();
      if (kept.stream().anyMatch(entry -> entry.getName().matches("(?!META-INF/).*"))) {
        write(zip, kept, copy);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static boolean isNative(ZipEntry entry) {
    return NATIVE.matcher(entry.getName()).matches();
  }

  private void unpack(ZipFile zip, ZipEntry entry) throws IOException {
    for (Place place : places) {
      Matcher matcher = place.name().matcher(entry.getName());
      if (matcher.matches()) {
        Path file = to.resolve("natives").resolve(place.folder() + matcher.group(1));
        Files.createDirectories(file.getParent());
        Files.copy(zip.getInputStream(entry), file);
        if (file.endsWith("ffmpeg")) {
          Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
      }
    }
  }

  private static void write(ZipFile zip, List<? extends ZipEntry> entries, Path copy)
      throws IOException {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(copy))) {
      for (ZipEntry entry : entries) {
        ZipEntry written = new ZipEntry(entry.getName());
        written.setTimeLocal(entry.getTimeLocal());
        out.putNextEntry(written);
        zip.getInputStream(entry).transferTo(out);
        out.closeEntry();
      }
    }
  }
}
