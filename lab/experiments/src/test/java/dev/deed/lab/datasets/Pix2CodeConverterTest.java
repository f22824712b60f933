package dev.deed.lab.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.deed.data.InputLine;
import dev.deed.data.InputReader;
import dev.deed.lab.rendering.PngWriter;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureReader;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Pix2CodeConverterTest {
  private static final String[] BUTTONS = {"btn-red", "btn-green", "btn-orange"};

  @TempDir Path temporary = Path.of("");
  private Path from = Path.of("");
  private Path to = Path.of("");

  @BeforeEach
  void makeDataSet() throws IOException {
    from = Files.createDirectory(temporary.resolve("raw"));
    to = temporary.resolve("converted");
    for (int i = 0; i < 40; i++) {
      String inactive = "btn-inactive, ".repeat(i / 3 % 5);
      String markup =
          "header {\n%sbtn-active\n}\nrow {\nsingle {\nsmall-title, text, %s\n}\n}\n"
              .formatted(inactive, BUTTONS[i % 3]);
      Files.writeString(from.resolve("N%02d.gui".formatted(i)), markup);
      int side = i == 0 ? 300 : 8;
      Files.write(
          from.resolve("N%02d.png".formatted(i)), PngWriter.encode(plain(side, 8, (byte) i)));
    }
  }

  @Test
  void tokensAreSeparatedBySingleSpaces() {
    assertThat(
            Pix2CodeConverter.tokens(
                "x", "header {\nbtn-inactive, btn-active\n}\nrow{double {\n text,a\n}}\n"))
        .isEqualTo("header { btn-inactive , btn-active } row { double { text , a } }");
    for (String broken : new String[] {"", " \n", "row {", "row }", "} row {"}) {
      assertThatThrownBy(() -> Pix2CodeConverter.tokens("x", broken))
          .isInstanceOf(InputException.class);
    }
  }

  @Test
  void everyExampleIsInOnePartAndNoTargetInTwo() throws IOException {
    List<Long> heard = new ArrayList<>();
    Pix2CodeConverter.Summary summary =
        new Pix2CodeConverter(0.1, 0.2, 5, true)
            .convert(from, to, (done, total) -> heard.add(done * 100 + total));
    assertThat(heard).hasSize(40).first().isEqualTo(140L);
    assertThat(heard).last().isEqualTo(4040L);
    assertThat(summary.test()).isBetween(8, 11);
    assertThat(summary.val()).isBetween(4, 7);
    assertThat(summary.train()).isEqualTo(40 - summary.val() - summary.test());
    Set<String> names = new HashSet<>();
    Set<String> targets = new HashSet<>();
    for (String part : List.of("train", "val", "test")) {
      Set<String> ofPart = new HashSet<>();
      for (InputLine example : read(part)) {
        assertThat(names.add(example.name())).isTrue();
        ofPart.add(example.targets().getFirst());
        Path image = example.image();
        assertThat(image).isNotNull().exists();
        Picture picture =
            new PictureReader().read(to.resolve(part).resolve(example.name() + ".png"));
        assertThat(picture.width()).isEqualTo(example.name().equals("N00") ? 256 : 8);
        assertThat(picture.rgb()[0])
            .isEqualTo((byte) Integer.parseInt(example.name().substring(1)));
      }
      assertThat(targets).doesNotContainAnyElementsOf(ofPart);
      targets.addAll(ofPart);
    }
    assertThat(names).hasSize(40);
    assertThat(temporary).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void theSeedDecides() throws IOException {
    new Pix2CodeConverter(0.1, 0.1, 5, true).convert(from, to, (done, total) -> {});
    Path again = temporary.resolve("again");
    new Pix2CodeConverter(0.1, 0.1, 5, true).convert(from, again, (done, total) -> {});
    Path other = temporary.resolve("other");
    new Pix2CodeConverter(0.1, 0.1, 6, true).convert(from, other, (done, total) -> {});
    assertThat(again.resolve("train.jsonl")).hasSameTextualContentAs(to.resolve("train.jsonl"));
    assertThat(Files.readString(other.resolve("train.jsonl")))
        .isNotEqualTo(Files.readString(to.resolve("train.jsonl")));
  }

  @Test
  void aBrokenPictureLeavesNothingBehind() throws IOException {
    Files.writeString(from.resolve("N07.png"), "no picture");
    assertThatThrownBy(
            () -> new Pix2CodeConverter(0.1, 0.1, 5, true).convert(from, to, (done, total) -> {}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("N07.png");
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).containsExactly(from);
    }
  }

  @Test
  void whatCannotBeConverted() throws IOException {
    Files.createDirectory(to);
    Files.writeString(to.resolve("mine.txt"), "keep");
    Pix2CodeConverter converter = new Pix2CodeConverter(0.1, 0.1, 5, true);
    assertThatThrownBy(() -> converter.convert(from, to, (done, total) -> {}))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is not empty");
    assertThat(to.resolve("mine.txt")).exists();
    Files.delete(from.resolve("N03.png"));
    assertThatThrownBy(() -> converter.convert(from, temporary.resolve("x"), (done, total) -> {}))
        .hasMessageContaining("has no picture N03.png");
    assertThatThrownBy(() -> converter.convert(to, temporary.resolve("x"), (done, total) -> {}))
        .hasMessageContaining("holds no NAME.gui");
    assertThatThrownBy(() -> converter.convert(temporary.resolve("none"), to, (done, total) -> {}))
        .hasMessageContaining("is no folder that can be read");
    assertThatThrownBy(() -> DataSetSplit.of(List.of("a"), s -> s, 0.5, 0.5, 1))
        .isInstanceOf(IllegalArgumentException.class);
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

  private static Picture plain(int width, int height, byte level) {
    byte[] rgb = new byte[3 * width * height];
    Arrays.fill(rgb, level);
    return new Picture(width, height, rgb);
  }
}
