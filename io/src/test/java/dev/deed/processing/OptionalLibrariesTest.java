package dev.deed.processing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.processing.picture.PictureReader;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.value.InputException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What files say that need a library which applications may leave out. */
class OptionalLibrariesTest {
  private static final List<String> OPTIONAL =
      List.of("webp-imageio-", "kotlin-stdlib-", "sentencepiece-");

  /** Reads one file of each kind, in a JVM of its own. */
  static final class Reader {
    private Reader() {}

    public static void main(String[] args) {
      tell(() -> new PictureReader().decode("a.webp", Fixtures.bytes("lossy.webp")));
      tell(() -> new PictureReader().decode("a.tif", Fixtures.bytes("rgb_lzw.tif")));
      Path folders = Path.of("src/test/resources/folders");
      for (String name : List.of("marian", "t5")) {
        try (Tokenizer tokenizer = Tokenizer.open(folders.resolve(name))) {
          tell(() -> tokenizer.encode("The cat"));
        }
      }
    }

    private static void tell(Runnable reading) {
      try {
        reading.run();
        System.out.println("read");
      } catch (InputException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void whatNeedsOneNamesItAndAllElseIsRead() throws IOException, InterruptedException {
    List<String> kept = new ArrayList<>();
    List<String> left = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      String name = Path.of(entry).getFileName().toString();
      (OPTIONAL.stream().anyMatch(name::startsWith) ? left : kept).add(entry);
    }
    assertThat(left).as("optional libraries that the tests run with").hasSize(OPTIONAL.size());
    String told = told(kept);
    assertThat(told.lines())
        .containsExactly(
            "a.webp: WebP needs a library that is not on the class path; add"
                + " com.github.usefulness:webp-imageio:"
                + version(left, "webp-imageio-")
                + ", or save the picture as a PNG",
            "read",
            Path.of("src/test/resources/folders/marian/source.spm")
                + ": Marian and M2M100 need the sentencepiece library, which is not on the class"
                + " path; add ai.djl.sentencepiece:sentencepiece:"
                + version(left, "sentencepiece-"),
            "read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-Dos.arch=riscv64", "-Dos.name=FreeBSD"})
  void whereNativeCodeIsLackingTheErrorNamesPlatformsThatHaveIt(String platform)
      throws IOException, InterruptedException {
    String classPath = System.getProperty("java.class.path");
    assertThat(told(List.of(classPath), platform).lines().toList().getLast())
        .startsWith(
            Path.of("src/test/resources/folders/t5/spiece.model")
                + ": the native tokenizers library does not load: ")
        .endsWith(
            "; use Linux x86-64 or ARM64, macOS ARM64 or Windows x86-64, with a writable home"
                + " folder or ENGINE_CACHE_DIR set to a writable one");
  }

  /** What a reader says in a JVM with this class path. */
  private static String told(List<String> classPath, String... flags)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(flags));
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-Djava.awt.headless=true",
            "-Dstdout.encoding=UTF-8",
            "-cp",
            String.join(File.pathSeparator, classPath),
            Reader.class.getName()));
    Process child =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    child.getOutputStream().close();
    String told = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(child.exitValue()).as(told).isZero();
    return told;
  }

  private static String version(List<String> jars, String start) {
    for (String jar : jars) {
      String name = Path.of(jar).getFileName().toString();
      if (name.startsWith(start)) {
        return name.substring(start.length(), name.length() - ".jar".length());
      }
    }
    throw new AssertionError("no jar " + start + " among " + jars);
  }
}
