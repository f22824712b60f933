package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A run of the command line inside this JVM.
 *
 * @param code exit code
 * @param out what it wrote to stdout
 * @param err what it wrote to stderr
 */
public record DeedRun(int code, String out, String err) {
  public static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("deed.root")));

  /** A golden model of the repository: bart, mbart, t5-v1_0, t5-v1_1 or vision. */
  public static Path model(String name) {
    return ROOT.resolve("core/src/test/resources/golden/exits").resolve(name).resolve("model");
  }

  /** Runs it; arguments may be paths and numbers. */
  public static DeedRun of(Object... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
      int code = Main.run(List.of(arguments).stream().map(Object::toString).toArray(String[]::new));
      return new DeedRun(
          code,
          outBytes.toString(StandardCharsets.UTF_8),
          errBytes.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  /** One line {@code deed: WHAT: WHY; WHAT TO DO} with these parts, and this exit code. */
  public void assertOneLine(int expected, String... parts) {
    assertThat(code).as(err).isEqualTo(expected);
    assertThat(err.lines().toList()).hasSize(1);
    assertThat(err).startsWith("deed: ").contains(": ").contains("; ");
    for (String part : parts) {
      assertThat(err).contains(part);
    }
  }
}
