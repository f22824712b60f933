package dev.deed.tensor.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.tensor.Kernels;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels of every vector width, and of a JVM without vectors, give the same bits. */
class KernelChoiceTest {
  @ParameterizedTest
  @ValueSource(ints = {16, 32})
  void narrowerVectorsGiveTheSameBits(int bytes) throws Exception {
    Output output = run("--add-modules=jdk.incubator.vector", "-XX:MaxVectorSize=" + bytes);
    assertThat(output.text).isEqualTo(Integer.toString(KernelDigest.digest()));
    assertThat(output.log).doesNotContain("scalar kernels");
  }

  @Test
  void vectorsTooShortAreNotUsed() throws Exception {
    Output output = run("--add-modules=jdk.incubator.vector", "-XX:MaxVectorSize=8");
    assertThat(output.text).isEqualTo(Integer.toString(KernelDigest.digest()));
    assertThat(output.log).contains("scalar kernels");
  }

  @Test
  void withoutTheModuleScalarKernelsRunAndTheLogSaysSo() throws Exception {
    Output output = run();
    assertThat(output.text).isEqualTo(Integer.toString(KernelDigest.digest()));
    assertThat(output.log)
        .contains(
            "--add-modules=jdk.incubator.vector",
            "JDK_JAVA_OPTIONS=--add-modules=jdk.incubator.vector");
  }

  /** As the launcher of a checkout does, so that the JVM prints no warning. */
  @Test
  void aModuleThatIsLoadedLaterIsUsed() throws Exception {
    Output output =
        run(
            List.of("--add-exports=java.base/jdk.internal.module=ALL-UNNAMED"),
            "jdk.incubator.vector");
    assertThat(output.text).isEqualTo(Integer.toString(KernelDigest.digest()));
    assertThat(output.log).isEmpty();
  }

  private record Output(String text, String log) {}

  private static Output run(String... flags) throws Exception {
    return run(List.of(flags), new String[0]);
  }

  private static Output run(List<String> flags, String... arguments)
      throws IOException, InterruptedException, URISyntaxException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add("-cp");
    command.add(home(Kernels.class) + File.pathSeparator + home(KernelDigest.class));
    command.add(KernelDigest.class.getName());
    command.addAll(List.of(arguments));
    File log = File.createTempFile("deed", ".log");
    try {
      Process process = new ProcessBuilder(command).redirectError(log).start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return new Output(text.strip(), Files.readString(log.toPath()));
    } finally {
      Files.delete(log.toPath());
    }
  }

  private static Path home(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }
}
