package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.OpenOptions;
import dev.deed.Proof;
import dev.deed.Request;
import dev.deed.testing.TinyWhisper;
import dev.deed.value.ExitSettings;
import dev.deed.value.WeightPrecision;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Receipts of the same answers from JVMs that compute in different ways: vectors of several widths
 * and none, other compilers, other numbers of threads, w8a8 with an engine for products of bytes
 * and without. Pictures are decoded and resized, sounds resampled and turned into spectrograms.
 */
final class ReceiptsOfMachinesTest {
  private static final String VECTORS = "--add-modules=jdk.incubator.vector";

  @TempDir Path folder = Path.of("");

  /** Prints receipts: the arguments are a folder of a Whisper, and a number of threads. */
  static final class Printer {
    private static final GenerationOptions FULL =
        GenerationOptions.defaults().withExits(ExitSettings.full()).withMaxNewTokens(16);

    private Printer() {}

    public static void main(String[] arguments) {
      int threads = Integer.parseInt(arguments[1]);
      Input picture = Input.ofImage(DeedRun.ROOT.resolve("models/text-lines/samples/amount.png"));
      float[] samples = new float[31_000];
      for (int i = 0; i < samples.length; i++) {
        samples[i] = (i * 7919 % 2003 - 1001) / 2048f;
      }
      Input sound = Input.ofAudio(samples, 44_100).withDecoderPrefix(new int[] {25, 26});
      GenerationOptions drawn = FULL.withSampling(true).withSeed(4);
      for (WeightPrecision precision : WeightPrecision.values()) {
        OpenOptions options = OpenOptions.defaults().withThreads(threads).withPrecision(precision);
        print(DeedRun.ROOT.resolve("models/text-lines"), options, new Request(picture, FULL));
        print(Path.of(arguments[0]), options, new Request(sound, FULL));
        print(DeedRun.model("t5-v1_1"), options, new Request(Input.ofTokenIds(5, 6, 7), drawn));
      }
    }

    private static void print(Path model, OpenOptions options, Request request) {
      try (EncoderDecoderModel opened = EncoderDecoderModel.open(model, options)) {
        Generation answer = opened.generate(request.input(), request.options());
        System.out.println(answer.tokenIds() + " " + answer.logProbabilities());
        System.out.println(Proof.receipt(opened, request, answer));
      }
    }
  }

  private String receipts(boolean hasEngine, Path whisper, int threads, String... flags)
      throws IOException, InterruptedException {
    return receipts(
        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
        hasEngine,
        whisper,
        threads,
        flags);
  }

  private String receipts(
      List<String> java, boolean hasEngine, Path whisper, int threads, String... flags)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(java);
    command.addAll(List.of(flags));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Ddeed.root=" + DeedRun.ROOT);
    command.add("-cp");
    command.add(
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> hasEngine || !entry.contains("onednn"))
            .collect(Collectors.joining(File.pathSeparator)));
    command.add(Printer.class.getName());
    command.add(whisper.toString());
    command.add(Integer.toString(threads));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(folder.resolve("stdout").toFile())
            .redirectError(folder.resolve("stderr").toFile())
            .start();
    // An emulated one takes ten minutes beside other work.
    assertThat(process.waitFor(40, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(folder.resolve("stderr"))).isZero();
    return Files.readString(folder.resolve("stdout"));
  }

  @Test
  void receiptsAreTheSameForNarrowerVectorsWithoutAnEngine() throws Exception {
    Path whisper = TinyWhisper.in(Files.createDirectory(folder.resolve("whisper")));
    String usual = receipts(true, whisper, 2, VECTORS);
    assertThat(usual.lines()).as("tokens and receipts of twelve answers").hasSize(24);
    assertThat(receipts(false, whisper, 1, VECTORS, "-XX:MaxVectorSize=32")).isEqualTo(usual);
  }

  @Test
  @Tag("night")
  void receiptsAreTheSameForEveryWidthCompilerAndNumberOfThreads() throws Exception {
    Path whisper = TinyWhisper.in(Files.createDirectory(folder.resolve("whisper")));
    String usual = receipts(true, whisper, 2, VECTORS);
    assertThat(receipts(true, whisper, 1, VECTORS, "-XX:MaxVectorSize=32"))
        .as("256 bits")
        .isEqualTo(usual);
    assertThat(receipts(true, whisper, 3, VECTORS, "-XX:MaxVectorSize=16"))
        .as("128 bits")
        .isEqualTo(usual);
    assertThat(receipts(true, whisper, 1, "-XX:TieredStopAtLevel=1"))
        .as("scalar kernels")
        .isEqualTo(usual);
    assertThat(receipts(false, whisper, 2, VECTORS)).as("no engine").isEqualTo(usual);
  }

  /** For instance one of another processor under emulation: {@code lab/scripts/arm64_java}. */
  @Test
  @EnabledIfSystemProperty(named = "deed.test.java", matches = ".+")
  void receiptsAreTheSameByAnotherJava() throws Exception {
    List<String> java = List.of(System.getProperty("deed.test.java").split(" "));
    Path whisper = TinyWhisper.in(Files.createDirectory(folder.resolve("whisper")));
    String usual = receipts(true, whisper, 2, VECTORS);
    assertThat(receipts(java, false, whisper, 1)).as("scalar kernels").isEqualTo(usual);
    assertThat(receipts(java, false, whisper, 2, VECTORS)).as("vectors").isEqualTo(usual);
  }
}
