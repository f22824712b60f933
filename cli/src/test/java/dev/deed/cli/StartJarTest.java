package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code java -jar deed.jar}, with the jar beside a folder {@code lib}. */
@EnabledOnOs(OS.LINUX)
final class StartJarTest {
  private static final String START = "META-INF/versions/25/dev/deed/start/Start.class";

  @TempDir Path place = Path.of("");
  private Path folder = Path.of("");

  @BeforeEach
  void makeFolder() throws IOException, URISyntaxException {
    // Without umlauts: a JVM in the locale C finds no jar in such a folder.
    folder = Files.createDirectories(place.resolve("a folder"));
    Manifest starts = manifest();
    starts.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "dev.deed.start.Start");
    starts.getMainAttributes().put(Attributes.Name.MULTI_RELEASE, "true");
    URL at = Objects.requireNonNull(StartJarTest.class.getClassLoader().getResource(START));
    if (at.getProtocol().equals("jar")) {
      String whole = at.getPath().substring(0, at.getPath().indexOf('!'));
      Files.copy(Path.of(URI.create(whole)), folder.resolve("deed.jar"));
    } else {
      Path classes = Path.of(at.toURI()).resolve("../../../../../../..").normalize();
      try (OutputStream out = Files.newOutputStream(folder.resolve("deed.jar"));
          JarOutputStream jar = new JarOutputStream(out, starts);
          Stream<Path> files = Files.walk(classes)) {
        for (Path file : files.filter(file -> file.toString().endsWith(".class")).toList()) {
          jar.putNextEntry(new JarEntry(classes.relativize(file).toString()));
          Files.copy(file, jar);
        }
      }
    }
    Manifest library = manifest();
    library
        .getMainAttributes()
        .put(
            Attributes.Name.CLASS_PATH,
            Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(path -> Path.of(path).toUri().toString())
                .collect(Collectors.joining(" ")));
    Files.createDirectories(folder.resolve("lib"));
    try (OutputStream out = Files.newOutputStream(folder.resolve("lib/deed-cli-0.jar"))) {
      new JarOutputStream(out, library).close();
    }
  }

  private static Manifest manifest() {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    return manifest;
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private DeedProcess start(Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectOutput(place.resolve("stdout").toFile());
    builder.redirectError(place.resolve("stderr").toFile());
    return new DeedProcess(builder.start(), place);
  }

  private DeedProcess deed(Map<String, String> environment, Object... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(java(), "-jar", "deed.jar"));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    return start(environment, command);
  }

  @Test
  void answersAreThoseOfTheOtherLaunchers() throws IOException, InterruptedException {
    Path input = Files.writeString(place.resolve("in.jsonl"), "{\"input_ids\": [5, 6, 7]}\n");
    Object[] arguments = {
      "generate", DeedRun.model("bart").toAbsolutePath(), "--input", input, "--quiet"
    };
    folder = Files.move(folder, place.resolve("Ordner mit Wörtern"));
    DeedProcess run = deed(Map.of("LC_ALL", "C.UTF-8"), arguments);
    assertThat(run.end()).as(run.stderr()).isZero();
    assertThat(run.stderr()).isEmpty();
    assertThat(ids(run.stdout())).isEqualTo(ids(DeedRun.of(arguments).out()));
  }

  private static String ids(String line) {
    return line.replaceAll("(?s).*(\"token_ids\":\\[[^]]*]).*", "$1");
  }

  @Test
  void argumentsAndCodesPassWhateverTheLocale() throws IOException, InterruptedException {
    String odd = "ein \"Wort\" \\ mit ü, 中 und\nZeile";
    List<String> command =
        List.of("/bin/sh", "-c", "exec \"$0\" -jar deed.jar info \"$1\"", java(), odd);
    DeedProcess run = start(Map.of("LC_ALL", "C.UTF-8"), command);
    assertThat(run.end()).isEqualTo(2);
    String said = run.stderr();
    assertThat(said).contains("ein \"Wort\" \\ mit ü, 中 und\\nZeile");
    // In the locale C this JVM cannot pass such a word on, a shell can.
    Files.writeString(place.resolve("word"), odd, StandardCharsets.UTF_8);
    run =
        start(
            Map.of(),
            List.of(
                "/bin/sh",
                "-c",
                "exec \"$0\" -jar deed.jar info \"$(cat \"$1\")\"",
                java(),
                "../word"));
    assertThat(run.end()).isEqualTo(2);
    assertThat(run.stderr()).isEqualTo(said);
  }

  /** Two launchers, one list of flags. */
  @Test
  void flagsAreThoseOfTheBashLaunchers() throws IOException {
    String shell =
        Files.readString(DeedRun.ROOT.resolve("cli/src/main/sh/start.sh"))
            .replaceAll("(?m)#.*$", "");
    String java =
        Files.readString(DeedRun.ROOT.resolve("start/src/main/java/dev/deed/start/Flags.java"));
    List<String> flags =
        Pattern.compile("(?<=[ (])--?(?:XX:|X[a-z]|D|enable|sun)[^\\s)\"$]*[^\\s)\"$=](?=[\\s)])")
            .matcher(shell)
            .results()
            .map(MatchResult::group)
            .filter(flag -> !flag.contains("*=") || flag.startsWith("-Xlog"))
            .filter(flag -> !flag.endsWith("*"))
            .distinct()
            .toList();
    assertThat(flags).hasSizeGreaterThan(14);
    assertThat(flags).allMatch(flag -> java.contains('"' + flag + '"'));
  }

  /** Windows names the processor in the environment; elsewhere what is there decides. */
  @Test
  void intelsProcessorsGetAFlagOfTheirOwn() throws IOException, InterruptedException {
    DeedProcess run =
        deed(
            Map.of(
                "PROCESSOR_IDENTIFIER",
                "Intel64 Family 6 Model 207 Stepping 2, GenuineIntel",
                "DEED_JAVA_OPTS",
                "-XX:+PrintFlagsFinal"),
            "--version");
    assertThat(run.end()).as(run.stderr()).isZero();
    assertThat(run.stdout()).containsPattern("UseFPUForSpilling +(:?)= false");
  }

  @Test
  void signalsArePassedOn() throws IOException, InterruptedException {
    DeedProcess run =
        deed(
            Map.of(), "serve", DeedRun.model("bart").toAbsolutePath(), "--port", 0, "--warm-up", 0);
    DeedProcess.waitFor(
        () -> {
          try {
            return run.stdout().contains("serving");
          } catch (IOException e) {
            return false;
          }
        });
    run.signal("TERM");
    assertThat(run.end()).isZero();
  }

  @Test
  void anOldJavaSaysSoInOneLine() throws IOException, InterruptedException {
    Optional<Path> old = oldJava();
    Assumptions.assumeTrue(old.isPresent(), "skipped: no Java 11, 17 or 21 here");
    DeedProcess run =
        start(Map.of(), List.of(old.get().toString(), "-jar", "deed.jar", "--version"));
    assertThat(run.end()).isEqualTo(2);
    assertThat(run.stderr().lines().toList())
        .singleElement()
        .asString()
        .matches("deed: Java [0-9.]+: is too old; run it with Java 25 or newer: .*");
  }

  private static Optional<Path> oldJava() throws IOException {
    Path machines = Path.of("/usr/lib/jvm");
    if (!Files.isDirectory(machines)) {
      return Optional.empty();
    }
    try (Stream<Path> listed = Files.list(machines)) {
      return listed
          .filter(home -> home.getFileName().toString().matches("\\D+-(11|17|21)\\b.*"))
          .map(home -> home.resolve("bin/java"))
          .filter(Files::isExecutable)
          .findFirst();
    }
  }
}
