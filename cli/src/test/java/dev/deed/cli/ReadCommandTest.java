package dev.deed.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deed read} with the model that ships. */
final class ReadCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEXT =
      "CORNER SHOP\nDate: 27/03/2018\nBread 3.40\nJam 12.75\nTotal 16.15\n";

  @TempDir Path folder = Path.of("");

  private Path receipt(String name) throws IOException {
    BufferedImage image = new BufferedImage(600, 400, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, 600, 400);
    graphics.setColor(Color.BLACK);
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 26));
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.drawString("CORNER SHOP", 200, 50);
    graphics.drawString("Date: 27/03/2018", 40, 110);
    graphics.drawString("Bread", 40, 170);
    graphics.drawString("3.40", 450, 170);
    graphics.drawString("Jam", 40, 220);
    graphics.drawString("12.75", 450, 220);
    graphics.fillRect(40, 240, 480, 2);
    graphics.drawString("Total", 40, 290);
    graphics.drawString("16.15", 450, 290);
    return written(image, name);
  }

  private Path written(BufferedImage image, String name) throws IOException {
    Path file = folder.resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  @Test
  void aPageIsItsRows() throws IOException {
    Path page = receipt("page.png");
    DeedRun run = DeedRun.of("read", page);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo(TEXT);
    assertThat(DeedRun.of("read", page, "--batch", 1, "--model", "text-lines").out())
        .isEqualTo(TEXT);
    DeedRun told = DeedRun.of("read", page, "--json", "--policy", "full");
    assertThat(told.code()).as(told.err()).isZero();
    JsonNode json = JSON.readTree(told.out());
    assertThat(json.path("text").asText()).isEqualTo(TEXT.strip());
    assertThat(json.path("width").asInt()).isEqualTo(600);
    assertThat(json.path("lines")).hasSize(8);
    JsonNode price = json.path("lines").path(3);
    assertThat(price.path("text").asText()).isEqualTo("3.40");
    assertThat(price.path("row").asInt()).isEqualTo(2);
    assertThat(price.path("certain").asBoolean()).isTrue();
    assertThat(price.path("box").path(0).asInt()).isBetween(445, 455);
    assertThat(price.path("exit_layers")).isNotEmpty().allMatch(layer -> layer.asInt() == 6);
  }

  @Test
  void severalPagesAreALineEach() throws IOException {
    receipt("a.png");
    written(new BufferedImage(50, 50, BufferedImage.TYPE_INT_RGB), "b.png");
    Files.writeString(folder.resolve("c.png"), "no picture");
    DeedRun run = DeedRun.of("read", folder, "--quiet");
    run.assertOneLine(1, "c.png", "it is no picture of a known format");
    assertThat(run.out()).isEqualTo(TEXT.strip().replace("\n", "\\n") + "\n\n\n");
    List<String> lines = DeedRun.of("read", folder, "--json").out().lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(JSON.readTree(lines.get(0)).path("id").asText()).endsWith("a.png");
    assertThat(JSON.readTree(lines.get(1)).path("lines")).isEmpty();
    assertThat(JSON.readTree(lines.get(2)).path("error").asText()).contains("no picture");
  }

  @Test
  void severalPagesGoOnWhereTheyWereStopped() throws IOException {
    receipt("a.png");
    receipt("b.png");
    Files.writeString(folder.resolve("c.png"), "no picture");
    Path out = folder.resolve("out.jsonl");
    DeedRun whole = DeedRun.of("read", folder, "--output", out);
    assertThat(whole.code()).isEqualTo(1);
    assertThat(whole.out()).isEmpty();
    assertThat(whole.err())
        .containsPattern("deed: 3 pictures, 1 failed, \\d+ tokens, \\d+\\.\\d % of decoder layers")
        .contains("deed: pictures: 1 of 3 lines could not be decoded; their results say why");
    String lines = Files.readString(out);
    DeedRun.of("read", folder, "--output", out).assertOneLine(2, "is there already");
    // Torn within the second page.
    Files.writeString(out, lines.substring(0, lines.indexOf('\n') + 40));
    DeedRun rest = DeedRun.of("read", folder, "--output", out, "--resume", "--json");
    assertThat(JSON.readTree(rest.out()).path("earlier").asInt()).isEqualTo(1);
    assertThat(JSON.readTree(rest.out()).path("lines").asInt()).isEqualTo(3);
    assertThat(Files.readString(out)).isEqualTo(lines);
    DeedRun.of("read", folder.resolve("a.png"), "--output", out, "--resume")
        .assertOneLine(2, "--output: is for several files alone");
  }

  @Test
  void anEmptyPageHasNoText() throws IOException {
    for (int side : List.of(1, 700)) {
      DeedRun run =
          DeedRun.of(
              "read", written(new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB), "e.png"));
      assertThat(run.code()).as(run.err()).isZero();
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).isEmpty();
    }
  }

  @Test
  void mistakesAreOneLine() throws IOException {
    Path page = receipt("page.png");
    DeedRun.of("read", folder.resolve("none.png")).assertOneLine(2, "there is no such file");
    DeedRun.of("read", page, "--batch", 0).assertOneLine(2, "--batch");
    DeedRun.of("read", page, "--policy", "full", "--model", DeedRun.model("bart"))
        .assertOneLine(2, "reads no pictures");
  }
}
