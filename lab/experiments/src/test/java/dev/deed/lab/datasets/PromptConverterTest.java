package dev.deed.lab.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.data.InputReader;
import dev.deed.lab.rendering.PngWriter;
import dev.deed.processing.picture.Picture;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptConverterTest {
  private static final ConversionProgress SILENT = (done, total) -> {};

  @TempDir Path temporary = Path.of("");
  private Path from = Path.of("");
  private Path to = Path.of("");

  @BeforeEach
  void makeDataSet() throws IOException {
    from = Files.createDirectories(temporary.resolve("in/raw"));
    to = temporary.resolve("out");
    byte[] picture = PngWriter.encode(new Picture(1, 1, new byte[3]));
    Files.createDirectory(from.resolve("train"));
    Files.write(from.resolve("train/a.png"), picture);
    Files.write(from.resolve("b.png"), picture);
    lines(
        "train",
        "{\"image\":\"train/a.png\",\"target\":\"x\",\"mine\":[1]}",
        "{\"image\":\"train/a.png\",\"targets\":[\"y\"],\"prompt\":null}");
    lines("val", "{\"id\":7,\"target\":\"z\"}");
  }

  private void lines(String part, String... lines) throws IOException {
    Files.write(from.resolve(part + ".jsonl"), List.of(lines));
  }

  private List<String> written(String part) throws IOException {
    return Files.readAllLines(to.resolve(part + ".jsonl"));
  }

  @Test
  void picturesAreReferredTo() throws IOException {
    PromptConverter.Summary summary =
        new PromptConverter("read \"it\"", false, false, false).convert(from, to, SILENT);
    assertThat(summary.examples()).isEqualTo(Map.of("train", 2L, "val", 1L));
    assertThat(summary.replaced()).isZero();
    assertThat(written("train"))
        .containsExactly(
            "{\"image\":\"../in/raw/train/a.png\",\"target\":\"x\",\"mine\":[1],"
                + "\"prompt\":\"read \\\"it\\\"\"}",
            "{\"image\":\"../in/raw/train/a.png\",\"targets\":[\"y\"],"
                + "\"prompt\":\"read \\\"it\\\"\"}");
    assertThat(written("val"))
        .containsExactly("{\"id\":7,\"target\":\"z\",\"prompt\":\"read \\\"it\\\"\"}");
    assertThat(to.resolve("../in/raw/train/a.png")).exists();
  }

  @Test
  void referencesLeadThroughSymbolicLinksAndStayAbsolute() throws IOException {
    Path deep = Files.createDirectories(temporary.resolve("deep/er"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), deep);
    to = link.resolve("out");
    lines("val", "{\"image\":\"%s\",\"target\":\"z\"}".formatted(from.resolve("b.png")));
    new PromptConverter("p", false, false, false).convert(from, to, SILENT);
    try (InputReader reader = InputReader.open(to.resolve("train.jsonl"))) {
      assertThat(Objects.requireNonNull(reader.nextExample()).image()).exists();
    }
    assertThat(written("val").getFirst()).contains("\"" + from.resolve("b.png") + "\"");
  }

  @Test
  void picturesAreCopiedOnceEach() throws IOException {
    lines(
        "test", "{\"image\":\"b.png\",\"prompt\":\"p\"}", "{\"image\":\"b.png\",\"prompt\":\"o\"}");
    PromptConverter.Summary summary =
        new PromptConverter("p", false, true, true).convert(from, to, SILENT);
    assertThat(summary.replaced()).isEqualTo(1);
    assertThat(written("train")).allMatch(line -> line.contains("pictures/000001.png"));
    assertThat(written("test"))
        .allMatch(line -> line.equals("{\"image\":\"pictures/000002.png\",\"prompt\":\"p\"}"));
    assertThat(to.resolve("pictures/000002.png")).hasSameBinaryContentAs(from.resolve("b.png"));
    assertThat(to.resolve("pictures/000003.png")).doesNotExist();
  }

  @Test
  void promptsBecomeTheDecodersOwn() throws IOException {
    lines("train", "{\"prompt\":\"which?\",\"target\":\"x\"}");
    lines("val", "{\"target\":\"z\",\"prompt\":\"who?\"}");
    PromptConverter.Summary summary =
        new PromptConverter(null, true, false, false).convert(from, to, SILENT);
    assertThat(summary.replaced()).isZero();
    assertThat(written("train"))
        .containsExactly("{\"target\":\"x\",\"decoder_prompt\":\"which?\"}");
    assertThat(written("val")).containsExactly("{\"target\":\"z\",\"decoder_prompt\":\"who?\"}");
  }

  @Test
  void decodersGetOnePromptForAllLines() throws IOException {
    lines("train", "{\"target\":\"x\"}");
    lines("val", "{\"target\":\"z\",\"prompt\":\"who?\",\"decoder_prompt\":\"which?\"}");
    PromptConverter.Summary summary =
        new PromptConverter("read", true, true, false).convert(from, to, SILENT);
    assertThat(summary.replaced()).isEqualTo(1);
    assertThat(written("train")).containsExactly("{\"target\":\"x\",\"decoder_prompt\":\"read\"}");
    assertThat(written("val")).containsExactly("{\"target\":\"z\",\"decoder_prompt\":\"read\"}");
  }

  @Test
  void ownPromptsReplaceTheDecoders() throws IOException {
    lines("train", "{\"target\":\"x\",\"prompt\":\"who?\",\"decoder_prompt\":\"which?\"}");
    lines("val", "{\"target\":\"z\",\"prompt\":\"who?\",\"decoder_prompt\":\"who?\"}");
    assertThatThrownBy(
            () -> new PromptConverter(null, true, false, false).convert(from, to, SILENT))
        .hasMessageContaining("--replace");
    PromptConverter.Summary summary =
        new PromptConverter(null, true, true, false).convert(from, to, SILENT);
    assertThat(summary.replaced()).isEqualTo(1);
    assertThat(written("train")).containsExactly("{\"target\":\"x\",\"decoder_prompt\":\"who?\"}");
  }

  @Test
  void decodersPromptsThatCannotBeMade() throws IOException {
    assertThatThrownBy(
            () -> new PromptConverter(null, true, false, false).convert(from, to, SILENT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("train.jsonl, line 1")
        .hasMessageContaining("has no prompt");
    for (String prompt : new String[] {"prompt", "decoder_prompt"}) {
      lines("train", "{\"target\":\"x\",\"%s\":\"o\"}".formatted(prompt));
      assertThatThrownBy(
              () -> new PromptConverter("p", true, false, false).convert(from, to, SILENT))
          .hasMessageContaining("has a prompt already");
    }
    assertThatThrownBy(() -> new PromptConverter(null, false, false, false))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--decoder-prompt");
    assertThat(to).doesNotExist();
  }

  @Test
  void dataSetsThatCannotBeConverted() throws IOException {
    for (String[] bad :
        new String[][] {
          {"{\"prompt\":\"\",\"target\":\"z\"}", "has a prompt already"},
          {"{\"input_ids\":[1],\"target\":\"z\"}", "input_ids"},
          {"{\"image\":\"none.png\",\"target\":\"z\"}", "there is no picture"},
          {"{\"image\":5,\"target\":\"z\"}", "field image"},
        }) {
      lines("val", bad[0]);
      assertThatThrownBy(
              () -> new PromptConverter("p", false, false, false).convert(from, to, SILENT))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("val.jsonl, line 1")
          .hasMessageContaining(bad[1]);
    }
    lines("val", "{\"image\":\"train.jsonl\",\"target\":\"z\"}");
    assertThatThrownBy(() -> new PromptConverter("p", false, false, true).convert(from, to, SILENT))
        .hasMessageContaining("no picture of a known format");
    assertThatThrownBy(() -> new PromptConverter(" ", false, false, true))
        .isInstanceOf(InputException.class);
    assertThat(to).doesNotExist();
    assertThat(temporary).isDirectoryNotContaining("glob:**.part");
  }
}
