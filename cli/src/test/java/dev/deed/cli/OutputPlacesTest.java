package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.deed.checkpoint.TargetLock;
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

  /** A data set that no model could be trained or measured with, if it came to that. */
  private Path data() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("train.jsonl"), "no JSON");
    Files.writeString(data.resolve("val.jsonl"), "no JSON");
    return data;
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
    Path data = data();
    Path examples =
        file("examples.jsonl", "{\"input_ids\": [5], \"target\": \"a\"}", "{\"input_ids\": [5]}");
    Path text = file("a.txt", "text");
    for (Path out : List.of(text.resolve("out"), Path.of("/proc/none/out"))) {
      String why = "cannot be written (";
      DeedRun.of("features", MODEL, "--input", examples, "--output", out).assertOneLine(2, why);
      DeedRun.of("tokenizer", data.resolve("val.jsonl"), "--out", out).assertOneLine(2, why);
      DeedRun.of("train", "--data", data, "--arch", "t5", "--out", out).assertOneLine(2, why);
      DeedRun.of("convert", "checkpoint", MODEL, "--out", out).assertOneLine(2, why);
      DeedRun.of("convert", "prompt", data, out, "--prompt", "x").assertOneLine(2, why);
      DeedRun.of("eval", MODEL, "--data", text, "--metric", "exact", "--out", out)
          .assertOneLine(2, why);
      DeedRun.of("bench", folder, "--out", out).assertOneLine(2, why);
      DeedRun.of("reproduce", "lines", "--data", data, "--work", out).assertOneLine(2, why);
      DeedRun.of(
              "reproduce", "lines", "--data", data, "--work", folder.resolve("w"), "--results", out)
          .assertOneLine(2, why);
    }
    assertThat(folder.toFile().list()).containsExactlyInAnyOrder("data", "examples.jsonl", "a.txt");
  }

  @Test
  void calibrationsLookFirstWhetherTheyMayWrite() throws IOException {
    Path model = modelCopy();
    String line = "{\"input_ids\": [5], \"target\": \"a\"}";
    Path examples = file("examples.jsonl", line, line);
    // A folder where the lock's file should be.
    Path obstacle = Files.createDirectory(model.resolve(".config.json.deed-lock"));
    DeedRun.of("calibrate", model, "--data", examples).assertOneLine(2, "cannot be written (");
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
  void placesThatAreBeingWritten() throws IOException {
    Path data = data();
    Path out = folder.resolve("out");
    String why = "is being written by another run of deed";
    try (TargetLock other = TargetLock.on(out.resolve("training/last"))) {
      DeedRun.of("train", "--data", data, "--arch", "t5", "--out", out).assertOneLine(2, why);
      DeedRun.of("train", "--data", data, "--arch", "t5", "--out", out, "--resume")
          .assertOneLine(2, why);
    }
    assertThat(out).doesNotExist();
    try (TargetLock other = TargetLock.on(out)) {
      DeedRun.of("convert", "checkpoint", MODEL, "--out", out).assertOneLine(2, why);
      DeedRun.of("convert", "prompt", data, out, "--prompt", "x").assertOneLine(2, why);
    }
    assertThat(folder.toFile().list()).containsExactly("data");
  }

  @Test
  void aTrainingThatWasKilledBeforeItsFirstStepIsInNobodysWay() throws IOException {
    Path data = data();
    Path out = folder.resolve("out");
    Path left = Files.createDirectories(out.resolve("training/last.deed-0123456789abcdef.part"));
    Files.writeString(left.resolve("config.json"), "{}");
    DeedRun.of("train", "--data", data, "--arch", "t5", "--vocabulary", "word:32", "--out", out)
        .assertOneLine(2, "train.jsonl, line 1");
    assertThat(out.resolve("training")).isEmptyDirectory();
    Files.writeString(out.resolve("training/mine"), "mine");
    DeedRun.of("train", "--data", data, "--arch", "t5", "--vocabulary", "word:32", "--out", out)
        .assertOneLine(2, "holds a training already");
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
