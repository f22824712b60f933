package dev.deed.lab.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.lab.rendering.PngWriter;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SroieConverterTest {
  private static final ConversionProgress SILENT = (done, total) -> {};

  @TempDir Path temporary = Path.of("");
  private Path from = Path.of("");
  private Path to = Path.of("");

  /** Page of 100×60: text lines at rows 10 to 20, one of them white, one too small. */
  @BeforeEach
  void makeReceipts() throws IOException {
    from = Files.createDirectory(temporary.resolve("raw"));
    to = temporary.resolve("converted");
    byte[] rgb = new byte[3 * 100 * 60];
    Arrays.fill(rgb, (byte) 200);
    for (int y = 10; y < 20; y++) {
      for (int x = 50; x < 90; x += 2) {
        Arrays.fill(rgb, 3 * (100 * y + x), 3 * (100 * y + x) + 3, (byte) 0);
      }
    }
    Files.write(from.resolve("scan.PNG"), PngWriter.encode(new Picture(100, 60, rgb)));
    receipts("train", receipt("a", "\"total\": \" 5.00 \", \"date\": null, \"address\": \"\""));
    receipts("test", receipt("../b", "\"company\": \"ABC\", \"total\": \"5.00\", \"tip\": 3"));
  }

  private static String receipt(String id, String fields) {
    return """
    {"id": "%s", "image": "scan.PNG", "width": 100, "height": 60, "fields": {%s}, "lines": [\
    {"text": "5.00 ", "box": [50, 10, 90, 20]}, {"text": "BLANK", "box": [10, 40, 60, 52]}, \
    {"text": "TINY", "box": [10, 30, 17, 38]}, {"text": "TOTAL", "box": [5, 11, 45, 19.5]}, \
    {"text": " ", "box": [60, 40, 90, 50]}]}\
    """
        .formatted(id, fields);
  }

  private void receipts(String part, String... lines) throws IOException {
    Files.write(from.resolve(part + ".jsonl"), List.of(lines));
  }

  private List<InputLine> read(String part) {
    List<InputLine> examples = new ArrayList<>();
    try (InputReader reader = InputReader.open(to.resolve(part + ".jsonl"))) {
      while (reader.nextExample() instanceof InputLine example) {
        examples.add(example);
      }
    }
    return examples;
  }

  @Test
  void fieldsAreQuestionsAboutTheLinesInReadingOrder() {
    List<Long> heard = new ArrayList<>();
    SroieFieldsConverter.Summary summary =
        new SroieFieldsConverter(false).convert(from, to, (done, total) -> heard.add(done));
    assertThat(heard).containsExactly(1L, 2L);
    assertThat(summary.examples()).containsExactly(Map.entry("train", 1L), Map.entry("test", 2L));
    assertThat(summary.emptyFields()).isEqualTo(3 + 2);
    InputLine example = read("train").getFirst();
    assertThat(example.target()).isEqualTo("5.00");
    assertThat(example.name()).isEqualTo("a-total");
    assertThat(example.prompt()).isEqualTo("what is the total?");
    assertThat(example.image()).isNull();
    assertThat(example.width()).isEqualTo(100);
    assertThat(example.height()).isEqualTo(60);
    assertThat(example.ocr().stream().map(OcrWord::text))
        .containsExactly("TOTAL", "5.00 ", "TINY", "BLANK");
    assertThat(example.ocr().getFirst()).isEqualTo(new OcrWord("TOTAL", 5, 11, 45, 19.5));
    assertThat(read("test").stream().map(e -> e.prompt()))
        .containsExactly("what is the company?", "what is the total?");
  }

  @Test
  void scansAreCopiedOnce() throws IOException {
    new SroieFieldsConverter(true).convert(from, to, SILENT);
    assertThat(read("test").getLast().image())
        .isEqualTo(to.toAbsolutePath().resolve("pictures/000001.png"))
        .hasSameBinaryContentAs(from.resolve("scan.PNG"));
    try (Stream<Path> pictures = Files.list(to.resolve("pictures"))) {
      assertThat(pictures).hasSize(1);
    }
  }

  @Test
  void linesArePicturesOfOneHeight() {
    SroieLinesConverter.Summary summary =
        new SroieLinesConverter(24, 200, false).convert(from, to, SILENT);
    // BLANK and TOTAL are paper of one level; TINY is too small, and one line has no text.
    assertThat(summary.examples().values()).containsExactly(1L, 1L);
    assertThat(summary.unreadable()).isEqualTo(4);
    assertThat(summary.blank()).isEqualTo(4);
    InputLine example = read("test").getFirst();
    assertThat(example.target()).isEqualTo("5.00");
    assertThat(example.name()).isEqualTo("../b-2");
    Path image = to.toAbsolutePath().resolve("test/0001-002.png");
    assertThat(example.image()).isEqualTo(image);
    Picture picture = new PictureReader().read(image);
    assertThat(picture.width()).isEqualTo(200);
    assertThat(picture.height()).isEqualTo(24);
    // 40×10 with a margin of 1 becomes 42×12, scaled 84×24; then white.
    assertThat(picture.rgb()[3 * (200 * 12 + 82)] & 0xff).isBetween(195, 205);
    assertThat(picture.rgb()[3 * (200 * 12 + 84)] & 0xff).isEqualTo(255);
  }

  @Test
  void longLinesAreSqueezedAndShortOnesMayStay() {
    new SroieLinesConverter(24, 60, false).convert(from, to, SILENT);
    assertThat(new PictureReader().read(to.resolve("train/0001-002.png")).width()).isEqualTo(60);
    Path kept = temporary.resolve("kept");
    new SroieLinesConverter(24, 200, true).convert(from, kept, SILENT);
    assertThat(new PictureReader().read(kept.resolve("train/0001-002.png")).width()).isEqualTo(84);
  }

  @Test
  void boxesAreCutOffAtThePage() {
    assertThat(LineCrop.readable(new OcrWord("ab", -50, 0, 3, 20), 100, 60)).isFalse();
    assertThat(LineCrop.readable(new OcrWord("ab", 200, 0, 300, 20), 100, 60)).isFalse();
    assertThat(LineCrop.readable(new OcrWord("ab", 90, 50, 1e300, 1e300), 100, 60)).isTrue();
    Picture page = new Picture(100, 60, new byte[3 * 100 * 60]);
    assertThat(LineCrop.part(page, new OcrWord("ab", 90, 50, 1e300, 1e300))).isNotNull();
  }

  @Test
  void receiptsThatCannotBeConverted() throws IOException {
    SroieFieldsConverter fields = new SroieFieldsConverter(true);
    SroieLinesConverter lines = new SroieLinesConverter(32, 320, false);
    String good = receipt("a", "\"total\": \"5\"");
    for (String[] bad :
        new String[][] {
          {good.replace("\"width\": 100, ", ""), "no width"},
          {good.replace("\"lines\"", "\"rows\""), "has 0 text lines"},
          {good.replace("[5, 11, 45, 19.5]", "[5, 11, 4, 19]"), "lines[3].box"},
          {good.replace("\"total\": \"5\"", "\"total\": 5"), "fields.total"},
          {good.replace("scan.PNG", "none.png"), "no such file"},
          {good.replace("\"image\": \"scan.PNG\",", ""), "has no image"},
          {"{", "is not JSON"}
        }) {
      receipts("val", bad[0]);
      assertThatThrownBy(() -> fields.convert(from, to, SILENT))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(bad[1]);
      assertThatThrownBy(() -> lines.convert(from, to, SILENT))
          .isInstanceOf(InputException.class)
          .hasMessageMatching("(?s).*(val.jsonl, line 1|none.png|total).*");
    }
    receipts("val", good.replace("\"width\": 100", "\"width\": 101"));
    assertThatThrownBy(() -> lines.convert(from, to, SILENT))
        .hasMessageContaining("says 101×60, but the scan is 100×60");
    assertThatThrownBy(() -> fields.convert(to, from.resolve("x"), SILENT))
        .hasMessageContaining("holds no train.jsonl");
    assertThatThrownBy(() -> new SroieLinesConverter(7, 320, false))
        .isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new SroieLinesConverter(32, 31, false))
        .isInstanceOf(InputException.class);
    onlyTheSourceIsLeft();
  }

  @Test
  void interruptionLeavesNothing() throws IOException {
    assertThatThrownBy(
            () ->
                new SroieLinesConverter(32, 320, false)
                    .convert(from, to, (done, total) -> Thread.currentThread().interrupt()))
        .isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    onlyTheSourceIsLeft();
  }

  private void onlyTheSourceIsLeft() throws IOException {
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).containsExactly(from);
    }
  }
}
