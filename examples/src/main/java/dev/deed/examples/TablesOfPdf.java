package dev.deed.examples;

import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.hub.ModelHub;
import dev.deed.table.Page;
import dev.deed.table.PageTable;
import dev.deed.table.TableOptions;
import dev.deed.table.TableReader;
import dev.deed.value.OcrWord;
import dev.deed.value.PageBox;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;

/**
 * A table of a PDF as HTML, with the words of its text layer: {@code TablesOfPdf MODEL PDF PAGE
 * X0,Y0,X1,Y1}. The page's number counts from 1, the box is in pixels at 144 dpi.
 */
public final class TablesOfPdf {
  private static final int DPI = 144;
  private static final float PIXELS_A_POINT = DPI / 72f;

  private TablesOfPdf() {}

  public static void main(String[] args) throws Exception {
    int number = Integer.parseInt(args[2]);
    double[] box = Arrays.stream(args[3].split(",", -1)).mapToDouble(Double::parseDouble).toArray();
    try (PDDocument pdf = Loader.loadPDF(new File(args[1]));
        var model = EncoderDecoderModel.open(ModelHub.fromEnvironment().folder(args[0]));
        Engine engine = model.engine(EngineOptions.defaults())) {
      Page page =
          Page.of(new PDFRenderer(pdf).renderImageWithDPI(number - 1, DPI))
              .withTables(List.of(new PageBox(box[0], box[1], box[2], box[3])))
              .withWords(new Words(number).of(pdf));
      for (PageTable table : TableReader.of(engine).read(page, TableOptions.defaults())) {
        System.out.println(table.html());
      }
    }
  }

  /** The words of a page with their boxes in pixels. */
  private static final class Words extends PDFTextStripper {
    private final List<OcrWord> found = new ArrayList<>();

    Words(int page) {
      setStartPage(page);
      setEndPage(page);
    }

    List<OcrWord> of(PDDocument pdf) throws IOException {
      getText(pdf);
      return found;
    }

    @Override
    protected void writeString(String word, List<TextPosition> letters) {
      TextPosition first = letters.getFirst();
      TextPosition last = letters.getLast();
      found.add(
          new OcrWord(
              word,
              PIXELS_A_POINT * first.getXDirAdj(),
              PIXELS_A_POINT * (first.getYDirAdj() - first.getHeightDir()),
              PIXELS_A_POINT * (last.getXDirAdj() + last.getWidthDirAdj()),
              PIXELS_A_POINT * first.getYDirAdj()));
    }
  }
}
