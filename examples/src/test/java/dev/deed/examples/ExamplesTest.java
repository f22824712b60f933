package dev.deed.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.deed.testing.Shared;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.apache.pdfbox.pdmodel.graphics.state.RenderingMode;
import org.apache.pdfbox.util.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each example runs as its class comment says, on the shipped model and its samples. */
final class ExamplesTest {
  private static final Path MODEL =
      Path.of(Objects.requireNonNull(System.getProperty("deed.root")))
          .resolve("models/screenshot-markup");

  /** A program's main method. */
  @FunctionalInterface
  private interface Program {
    void main(String[] args) throws Exception;
  }

  private static String run(Program program, Object... arguments) throws Exception {
    String[] args = new String[arguments.length];
    for (int i = 0; i < args.length; i++) {
      args[i] = arguments[i].toString();
    }
    PrintStream out = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      program.main(args);
    } finally {
      System.setOut(out);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** On the module path nothing is seen but what modules export, and the engine finds its parts. */
  @Test
  void asModules() throws Exception {
    String modulePath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> !entry.endsWith("test-classes"))
            .collect(Collectors.joining(File.pathSeparator));
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path",
                modulePath,
                "--add-modules=jdk.incubator.vector,dev.deed.onednn",
                "--enable-native-access=ALL-UNNAMED,dev.deed.core",
                "--module",
                "dev.deed.examples/" + PictureToMarkup.class.getName(),
                MODEL.toString(),
                sample("one-row.png").toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(program.waitFor()).as(printed).isZero();
    assertThat(printed).contains("header {");
  }

  private static Path sample(String name) {
    return MODEL.resolve("samples").resolve(name);
  }

  @Test
  void pictureToMarkup() throws Exception {
    assertThat(run(PictureToMarkup::main, MODEL, sample("one-row.png")))
        .startsWith("header {")
        .contains("tokens at exit layers [0, 0, 1");
  }

  @Test
  void tablesOfPdf(@TempDir Path folder) throws Exception {
    Path set = Shared.path("golden/tables/page");
    JsonNode known =
        new ObjectMapper().readTree(set.resolve("cases.json").toFile()).get("cases").get(0);
    File file = folder.resolve("page.pdf").toFile();
    try (PDDocument pdf = new PDDocument()) {
      String image = set.resolve(known.get("image").textValue()).toString();
      PDImageXObject picture = PDImageXObject.createFromFile(image, pdf);
      // As large as a page that is rendered at 144 dpi, with its words as a layer that is not seen.
      float height = picture.getHeight() / 2f;
      PDPage page = new PDPage(new PDRectangle(picture.getWidth() / 2f, height));
      pdf.addPage(page);
      PDType1Font font = new PDType1Font(Standard14Fonts.FontName.HELVETICA);
      try (PDPageContentStream content = new PDPageContentStream(pdf, page)) {
        content.drawImage(picture, 0, 0, picture.getWidth() / 2f, height);
        content.beginText();
        content.setRenderingMode(RenderingMode.NEITHER);
        for (JsonNode word : known.get("words")) {
          String text = word.get("text").textValue();
          float left = word.get("box").get(0).floatValue() / 2;
          float width = word.get("box").get(2).floatValue() / 2 - left;
          content.setFont(font, 1000 * width / font.getStringWidth(text));
          content.setTextMatrix(
              Matrix.getTranslateInstance(left, height - word.get("box").get(3).floatValue() / 2));
          content.showText(text);
        }
        content.endText();
      }
      pdf.save(file);
    }
    assertThat(run(TablesOfPdf::main, set.resolve("model"), file, 1, "60,120,560,330").strip())
        .isEqualTo(known.get("with_words").get("html").textValue());
  }

  @Test
  void streamAndStop() throws Exception {
    assertThat(run(StreamAndStop::main, MODEL, sample("one-row.png"), 4))
        .startsWith("header[0] {[0]")
        .endsWith("stopped" + System.lineSeparator());
  }

  @Test
  void batchWithBadInput() throws Exception {
    assertThat(run(BatchWithBadInput::main, MODEL, sample("one-row.png"), "nothing.png").lines())
        .hasSize(2)
        .first()
        .asString()
        .startsWith("header {");
    assertThat(run(BatchWithBadInput::main, MODEL, "nothing.png"))
        .startsWith("refused: there is no such file; to do: ");
  }

  @Test
  void manyThreads() throws Exception {
    assertThat(run(ManyThreads::main, MODEL, sample("one-row.png"), 3))
        .isEqualTo("3 threads, the same answer: true" + System.lineSeparator());
  }

  @Test
  void answerService() throws Exception {
    assertThat(run(AnswerService::main, MODEL, sample("one-row.png"))).startsWith("header {");
  }

  @Test
  void rankAnswers() throws Exception {
    String own = run(PictureToMarkup::main, MODEL, sample("pair.png")).lines().findFirst().get();
    assertThat(run(RankAnswers::main, MODEL, sample("pair.png"), "header {}", own).lines())
        .containsExactly(own, "header {}", "its own: " + own);
  }

  @Test
  void requestsInFlight() throws Exception {
    String[] lines =
        run(RequestsInFlight::main, MODEL, sample("one-row.png"), sample("pair.png"))
            .split(System.lineSeparator(), -1);
    assertThat(lines).hasSize(3);
    assertThat(lines[0]).startsWith("header {");
    assertThat(lines[1]).startsWith("header {").isNotEqualTo(lines[0]);
  }

  @Test
  void calibrateAndChoose() throws Exception {
    assertThat(run(CalibrateAndChoose::main, MODEL, sample("samples.jsonl")))
        .startsWith("chosen: max_prob:")
        .contains("layer evaluations ran");
  }
}
