package dev.deed.lab.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.cli.DeedRun;
import dev.deed.lab.rendering.PngWriter;
import dev.deed.processing.picture.Picture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deed convert pix2code}. */
final class ConvertPix2CodeTest {
  @TempDir Path folder = Path.of("");

  private Path pairs(int count, int blank) throws IOException {
    Path source = Files.createDirectory(folder.resolve("source"));
    for (int i = 0; i < count; i++) {
      Files.writeString(source.resolve(i + ".gui"), "row {\n" + "text, ".repeat(i + 1) + "\n}");
      byte[] rgb = new byte[4 * 4 * 3];
      java.util.Arrays.fill(rgb, (byte) 255);
      if (i >= blank) {
        rgb[3 * 7] = 0;
      }
      Files.write(source.resolve(i + ".png"), PngWriter.encode(new Picture(4, 4, rgb)));
    }
    return source;
  }

  @Test
  void pix2codeWithoutItsBlankPictures() throws IOException {
    Path source = pairs(20, 3);
    Path target = folder.resolve("target");
    DeedRun run = DeedRun.of("convert", "pix2code", source, target, "--seed", 3);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("3 screenshots are blank and were left out");
    DeedRun kept =
        DeedRun.of("convert", "pix2code", source, folder.resolve("all"), "--keep-blank", "--json");
    JsonNode json = new ObjectMapper().readTree(kept.out());
    assertThat(json.path("train").asInt() + json.path("val").asInt() + json.path("test").asInt())
        .isEqualTo(20);
    assertThat(json.path("blank")).hasSize(3);
    int lines = 0;
    for (String part : List.of("train", "val", "test")) {
      lines += Files.readAllLines(target.resolve(part + ".jsonl")).size();
    }
    assertThat(lines).isEqualTo(17);
  }

  @Test
  void conversionsThatCannotBe() throws IOException {
    Path source = pairs(3, 0);
    Path target = folder.resolve("target");
    DeedRun.of("convert").assertOneLine(2, "pix2code");
    DeedRun.of("convert", "pix2text", source, target).assertOneLine(2, "pix2text");
    DeedRun.of("convert", "pix2code", source).assertOneLine(2, "TARGET");
    DeedRun.of("convert", "pix2code", target, target).assertOneLine(2, "no folder");
    DeedRun.of("convert", "pix2code", source, target, "--val-share", 0.5, "--test-share", 0.5)
        .assertOneLine(2, "together below 1");
    DeedRun.of("convert", "pix2code", source, target, "--seed", "x").assertOneLine(2, "--seed");
    Files.writeString(source.resolve("1.png"), "no picture");
    DeedRun.of("convert", "pix2code", source, target).assertOneLine(2, "1.png");
    assertThat(target).doesNotExist();
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }
}
