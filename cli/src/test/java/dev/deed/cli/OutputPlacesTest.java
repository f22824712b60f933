package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.files.TargetLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Places that cannot be written, or are being written, are told before the work. */
final class OutputPlacesTest {
  private static final Path MODEL = DeedRun.model("bart");

  @TempDir Path folder = Path.of("");

  private Path file(String name, String... lines) throws IOException {
    return Files.write(folder.resolve(name), List.of(lines));
  }

  private Path modelCopy() throws IOException {
    Path copy = Files.createDirectory(folder.resolve("model"));
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(MODEL.resolve(name), copy.resolve(name));
    }
    return copy;
  }

  @Test
  void placesThatCannotBeWritten() throws IOException {
    Path bad = file("bad.jsonl", "no JSON");
    for (Path out : List.of(bad.resolve("out"), Path.of("/proc/none/out"))) {
      String why = "cannot be written (";
      DeedRun.of("features", MODEL, "--input", bad, "--output", out).assertOneLine(2, why);
      DeedRun.of("tokenizer", bad, "--out", out).assertOneLine(2, why);
      DeedRun.of("convert", "checkpoint", MODEL, "--out", out).assertOneLine(2, why);
      DeedRun.of("eval", MODEL, "--data", bad, "--metric", "exact", "--out", out)
          .assertOneLine(2, why);
    }
    assertThat(folder.toFile().list()).containsExactly("bad.jsonl");
  }

  @Test
  void featuresFollowLinksAndSpareTheirInput() throws IOException {
    String line = "{\"input_ids\": [5, 6], \"decoder_input_ids\": [2, 7]}";
    Path input = file("in.jsonl", line);
    Path soft = Files.createSymbolicLink(folder.resolve("soft"), Path.of("in.jsonl"));
    Path hard = Files.createLink(folder.resolve("hard"), input);
    for (Path same : List.of(input, soft, hard, folder.resolve("./in.jsonl"))) {
      DeedRun.of("features", MODEL, "--input", input, "--output", same)
          .assertOneLine(2, "--output " + same + ": is the input; give another file");
    }
    assertThat(input).hasContent(line);
    Path real = folder.resolve("real.safetensors");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("real.safetensors"));
    for (int i = 0; i < 2; i++) {
      DeedRun run = DeedRun.of("features", MODEL, "--input", input, "--output", link, "--json");
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.out()).contains("\"lines\":1,\"tensors\":");
      assertThat(link).isSymbolicLink();
      assertThat(real).isNotEmptyFile();
      // The second run replaces what is there.
      Files.writeString(real, "");
    }
    DeedRun.of("features", MODEL, "--input", input, "--output", "/dev/null")
        .assertOneLine(2, "/dev/null: is a device or a pipe; give the path of a file");
  }

  @Test
  void calibrationsLookFirstWhetherTheyMayWrite() throws IOException {
    Path model = modelCopy();
    String line = "{\"input_ids\": [5], \"target\": \"a\"}";
    Path examples = file("examples.jsonl", line, line);
    // A folder where the lock's file should be.
    Path obstacle = Files.createDirectory(model.resolve(".config.json.deed-lock"));
    DeedRun.of("calibrate", model, "--data", examples).assertOneLine(2, "is no lock of deed");
    Files.delete(obstacle);
    // In a folder of somebody else's, a link to a file of the user's.
    Path victim = Files.writeString(folder.resolve("victim"), "needed");
    Files.createSymbolicLink(obstacle, victim);
    DeedRun.of("calibrate", model, "--data", examples).assertOneLine(2, "is no lock of deed");
    Path planted = Files.createLink(folder.resolve(".out.jsonl.deed-lock"), victim);
    DeedRun.of("generate", model, "--input", examples, "--output", folder.resolve("out.jsonl"))
        .assertOneLine(2, "is no lock of deed");
    DeedRun.of("convert", "checkpoint", model, "--out", folder.resolve("out.jsonl"))
        .assertOneLine(2, "is no lock of deed");
    assertThat(victim).hasContent("needed");
    Files.delete(planted);
    Files.delete(obstacle);
    try (TargetLock other = TargetLock.on(model.resolve("config.json"))) {
      DeedRun.of("calibrate", model, "--data", examples)
          .assertOneLine(2, "config.json: is being written by another run of deed");
    }
    DeedRun.of("calibrate", folder.resolve("none"), "--data", examples)
        .assertOneLine(2, "none: is not a folder");
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void placesThatAreBeingWritten() {
    Path out = folder.resolve("out");
    String why = "is being written by another run of deed";
    try (TargetLock other = TargetLock.on(out)) {
      DeedRun.of("convert", "checkpoint", MODEL, "--out", out).assertOneLine(2, why);
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void foldersOfUsersWithNamesOfPartsStay() throws IOException {
    Path mine = Files.createDirectory(folder.resolve("out.part"));
    Files.writeString(mine.resolve("mine"), "mine");
    assertThat(DeedRun.of("convert", "checkpoint", MODEL, "--out", folder.resolve("out")).code())
        .isZero();
    assertThat(mine.resolve("mine")).hasContent("mine");
  }
}
