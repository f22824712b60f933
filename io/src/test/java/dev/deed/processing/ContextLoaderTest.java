package dev.deed.processing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.processing.picture.PictureReader;
import dev.deed.processing.tokenizer.Tokenizer;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/**
 * In a fat jar the context class loader of a thread may know none of the jars, as that of a common
 * pool's thread does not. Libraries that look there find their parts all the same.
 */
class ContextLoaderTest {
  private static final List<String> PICTURES = List.of("cmyk.jpg", "cmyk_jpeg.tif", "cmyk.tif");

  /** Starts without the library on its class path, and loads it twice, as a fat jar does. */
  static final class Host {
    private Host() {}

    public static void main(String[] args) throws Exception {
      Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
      ImageIO.getReaderFormatNames();
      for (String work : List.of("everything", "pictures")) {
        try (URLClassLoader jars = jars(args[0])) {
          jars.loadClass(Guest.class.getName()).getMethod(work).invoke(null);
        }
      }
    }

    private static URLClassLoader jars(String classPath) throws IOException {
      String[] entries = classPath.split(File.pathSeparator, -1);
      URL[] urls = new URL[entries.length];
      for (int i = 0; i < urls.length; i++) {
        urls[i] = Path.of(entries[i]).toUri().toURL();
      }
      return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
    }
  }

  /** What runs with the loader of the jars. */
  public static final class Guest {
    private Guest() {}

    public static void everything() {
      pictures();
      read("lossy.webp");
      for (String name : List.of("t5", "marian")) {
        try (Tokenizer tokenizer = Tokenizer.open(Path.of("src/test/resources/folders", name))) {
          System.out.println(name + " " + (tokenizer.encode("The cat").length > 0));
        }
      }
    }

    public static void pictures() {
      PICTURES.forEach(Guest::read);
    }

    private static void read(String name) {
      byte[] samples = new PictureReader().decode(name, Fixtures.bytes(name)).rgb();
      System.out.println(name + " " + Arrays.equals(samples, Fixtures.answer(name).rgb()));
    }
  }

  @Test
  void librariesFindTheirPartsWhateverTheThread() throws Exception {
    String classPath = System.getProperty("java.class.path");
    Path classes = Path.of(Host.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.awt.headless=true",
                "-cp",
                classes.toString(),
                Host.class.getName(),
                classPath)
            .redirectErrorStream(true)
            .start();
    child.getOutputStream().close();
    String told = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(told.lines())
        .containsExactly(
            "cmyk.jpg true",
            "cmyk_jpeg.tif true",
            "cmyk.tif true",
            "lossy.webp true",
            "t5 true",
            "marian true",
            "cmyk.jpg true",
            "cmyk_jpeg.tif true",
            "cmyk.tif true");
  }
}
