package dev.deed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DocumentationTool;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything that applications see of {@code deed-runtime} is documented, with links that lead on;
 * of all else that is published javadoc says nothing that would stop a release.
 */
final class JavadocTest {
  private static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("deed.root")));
  private static final Path SOURCES = ROOT.resolve("runtime/src/main/java/dev/deed");
  private static final Path VALUES = ROOT.resolve("core/src/main/java/dev/deed/value");

  @TempDir private Path pages;

  @Test
  void thePublicApiIsDocumentedWhole() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (Path exported :
        List.of(
            SOURCES,
            SOURCES.resolve("page"),
            SOURCES.resolve("speech"),
            SOURCES.resolve("field"),
            SOURCES.resolve("table"),
            SOURCES.resolve("watch"),
            VALUES)) {
      try (Stream<Path> files = Files.list(exported)) {
        files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(sources::add);
      }
    }
    assertThat(sources)
        .contains(SOURCES.resolve("Input.java"), SOURCES.resolve("watch/Watch.java"));
    assertThat(faults(sources, "all"))
        .as("what javadoc says about the comments of dev.deed")
        .isEmpty();
  }

  @Test
  void whatIsPublishedStopsNoRelease() throws IOException {
    List<Path> sources = new ArrayList<>();
    for (Path module : Modules.ofTheProduct().stream().filter(JavadocTest::isPublished).toList()) {
      try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
        files
            .filter(file -> file.toString().endsWith(".java") && !file.endsWith("module-info.java"))
            .forEach(sources::add);
      }
    }
    assertThat(sources).hasSizeGreaterThan(500).contains(SOURCES.resolve("Input.java"));
    assertThat(faults(sources, "all,-missing", "--add-modules", "jdk.incubator.vector")).isEmpty();
  }

  private static boolean isPublished(Path module) {
    try {
      return Files.isDirectory(module.resolve("src/main/java"))
          && Files.readString(module.resolve("pom.xml")).contains("<maven.deploy.skip>false<");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatLacksIsToldWithItsPlace() throws IOException {
    Path source =
        Files.writeString(
            pages.resolve("Bare.java"),
            """
            /** A class. */
            public final class Bare {
              private Bare() {}

              /** Gives what it takes. */
              public static int same(int number) {
                return number;
              }
            }
            """);
    assertThat(faults(List.of(source), "all"))
        .containsExactly(
            "Bare.java:6: warning: no @param for number", "Bare.java:6: warning: no @return");
  }

  /** What the documentation tool reports, each as {@code FILE:LINE: KIND: TEXT}. */
  private List<String> faults(List<Path> sources, String lint, String... more) throws IOException {
    DocumentationTool tool =
        Objects.requireNonNull(ToolProvider.getSystemDocumentationTool(), "a JDK runs the tests");
    List<String> options =
        new ArrayList<>(List.of("-Xdoclint:" + lint, "--release", "25", "-locale", "en", "-quiet"));
    options.addAll(List.of("-Xmaxwarns", "1000", "-Xmaxerrs", "1000"));
    options.addAll(List.of("-noindex", "-notree", "-nohelp", "-d", pages.toString()));
    options.addAll(List.of("-classpath", System.getProperty("java.class.path")));
    options.addAll(List.of(more));
    List<String> faults = new ArrayList<>();
    try (StandardJavaFileManager files = tool.getStandardFileManager(null, null, null)) {
      tool.getTask(
              Writer.nullWriter(),
              files,
              fault -> {
                if (fault.getKind() != Diagnostic.Kind.NOTE) {
                  faults.add(spelled(fault));
                }
              },
              null,
              options,
              files.getJavaFileObjectsFromPaths(sources))
          .call();
    }
    return faults;
  }

  private static String spelled(Diagnostic<? extends JavaFileObject> fault) {
    JavaFileObject source = fault.getSource();
    String place =
        source == null
            ? ""
            : Path.of(source.toUri()).getFileName() + ":" + fault.getLineNumber() + ": ";
    String kind = fault.getKind() == Diagnostic.Kind.ERROR ? "error: " : "warning: ";
    return place + kind + fault.getMessage(Locale.ENGLISH);
  }
}
