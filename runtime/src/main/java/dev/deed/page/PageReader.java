package dev.deed.page;

import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.InFlight;
import dev.deed.Input;
import dev.deed.ModelInternals;
import dev.deed.Request;
import dev.deed.Token;
import dev.deed.files.Interruption;
import dev.deed.processing.page.FoundLines;
import dev.deed.processing.page.LineFinder;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.PictureLimits;
import dev.deed.processing.picture.PictureReader;
import dev.deed.processing.tokenizer.TextStream;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;

/**
 * Reads whole pages with a model that reads the picture of one line. Lines are found by their
 * print, without a model; those of a page wait for places in the engine. Pages are upright, but for
 * a tilt of some degrees, and have one column of text: what stands side by side is one row. Safe
 * for use from many threads.
 *
 * <p>Pictures may be as large as those of {@link Input}. A page may hold 5,000 lines.
 */
public final class PageReader {
  /** Of a line's height: the margin around its box, which shows the model where the line ends. */
  private static final double MARGIN = 0.2;

  /** Of each token: the other decimal sign is among them where the model wavers. */
  private static final int ALTERNATIVES = 4;

  /** Of a page, of which lines with their margins are copies. */
  private static final int BYTES_A_PIXEL = 4;

  private final EncoderDecoderModel model;
  private final Asker asker;
  private final PictureReader pictures =
      new PictureReader(PictureLimits.DEFAULT, Interruption.OF_THREAD);

  private PageReader(EncoderDecoderModel model, Asker asker) {
    this.model = model;
    this.asker = asker;
  }

  /**
   * {@return a reader by the model of an engine}
   *
   * @param engine stays the caller's, who closes it after the last page
   * @throws InputException when the model reads no pictures, or its folder holds no tokenizer
   */
  public static PageReader of(Engine engine) {
    return of(engine.model(), Asker.of(engine));
  }

  /**
   * {@return a reader by a model}
   *
   * @param model an open model, which stays the caller's
   * @param asker gets the lines of pages answered, by an engine of that model
   * @throws InputException as {@link #of(Engine)} does
   */
  public static PageReader of(EncoderDecoderModel model, Asker asker) {
    ModelInternals internals = model.internals();
    String folder = internals.folder().path().toString();
    InputException.require(
        internals.inputs().readsPictures(),
        folder,
        "reads no pictures",
        "give a model that reads lines of text, such as text-lines");
    InputException.require(
        internals.tokenizer() != null,
        folder,
        "holds no tokenizer",
        "add the files of its checkpoint");
    return new PageReader(model, asker);
  }

  /**
   * Reads a page. An interruption of the thread stops it, and the thread stays interrupted.
   *
   * @param page a picture file
   * @param options how each line is generated
   * @return the page's lines with their texts; none on an empty page
   * @throws InputException when the file is no picture, or none of a page, or the model cannot read
   *     its lines
   * @throws dev.deed.EngineFullException when the engine is closed
   * @throws CancellationException when the thread is interrupted
   */
  public PageText read(Path page, GenerationOptions options) {
    return begin(page, options).await();
  }

  /**
   * Reads a page as {@link #read(Path, GenerationOptions)} does.
   *
   * @param encoded the bytes of a picture file
   * @param options how each line is generated
   * @return the page's lines with their texts
   */
  public PageText read(byte[] encoded, GenerationOptions options) {
    return begin(encoded, options).await();
  }

  /**
   * Reads a page as {@link #read(Path, GenerationOptions)} does.
   *
   * @param stream the bytes of a picture file; read to its end and left open
   * @param options how each line is generated
   * @return the page's lines with their texts
   * @throws IOException when the stream throws it
   */
  public PageText read(InputStream stream, GenerationOptions options) throws IOException {
    return read(pictures.bytes(stream), options);
  }

  /**
   * Reads a page as {@link #read(Path, GenerationOptions)} does.
   *
   * @param page a decoded picture; its alpha is dropped
   * @param options how each line is generated
   * @return the page's lines with their texts
   */
  public PageText read(BufferedImage page, GenerationOptions options) {
    Objects.requireNonNull(page, "page");
    return begin(() -> pictures.copy(page), options).await();
  }

  /**
   * Begins to read a page, and gives it later: the lines of pages that were begun together are
   * decoded together. Waits for places in the engine.
   *
   * @param page a picture file
   * @param options how each line is generated
   * @return what gives the page's lines with their texts
   * @throws InputException when the file is no picture, or none of a page
   * @throws dev.deed.EngineFullException when the engine is closed
   * @throws CancellationException when the thread is interrupted
   */
  public InFlight<PageText> begin(Path page, GenerationOptions options) {
    return begin(() -> pictures.read(page), options);
  }

  /**
   * Begins to read a page as {@link #begin(Path, GenerationOptions)} does.
   *
   * @param encoded the bytes of a picture file
   * @param options how each line is generated
   * @return what gives the page's lines with their texts
   */
  public InFlight<PageText> begin(byte[] encoded, GenerationOptions options) {
    return begin(() -> pictures.decode("picture", encoded), options);
  }

  /**
   * A page whose lines are found, and cut out of it.
   *
   * @param rows boxes on the page as it was given
   * @param bytes of the lines' pictures, at most
   */
  private record Cut(
      int width, int height, long bytes, List<List<OcrWord>> rows, List<Request> lines) {}

  private InFlight<PageText> begin(Callable<Picture> picture, GenerationOptions options) {
    Cut page = model.internals().beside(() -> cut(picture.call(), options));
    asker.holds(page.bytes);
    return InFlight.begin(
        asker,
        page.lines,
        answers -> {
          List<Generation> all = new ArrayList<>();
          answers.forEachRemaining(all::add);
          return new PageText(page.width, page.height, lines(page.rows, all));
        });
  }

  private Cut cut(Picture page, GenerationOptions options) {
    GenerationOptions scored =
        options
            .withLogProbabilities(true)
            .withAlternatives(Math.max(ALTERNATIVES, options.alternatives()));
    FoundLines found = LineFinder.find(page, Interruption.OF_THREAD);
    Picture level = found.page().picture();
    List<Request> lines =
        found.rows().stream()
            .flatMap(List::stream)
            .map(box -> new Request(model.internals().picture(crop(level, box)), scored))
            .toList();
    List<List<OcrWord>> rows =
        found.rows().stream()
            .map(row -> row.stream().map(found.page()::onGivenPage).toList())
            .toList();
    long bytes = (long) BYTES_A_PIXEL * level.width() * level.height();
    return new Cut(page.width(), page.height(), bytes, rows, lines);
  }

  private List<PageLine> lines(List<List<OcrWord>> rows, List<Generation> answers) {
    DecimalSigns signs = new DecimalSigns();
    for (int i = 0; i < answers.size(); i++) {
      List<Token> tokens = answers.get(i).tokens();
      signs.add(
          i,
          text(answers.get(i)),
          pieces(tokens),
          tokens.stream().map(Token::alternatives).toList());
    }
    List<PageLine> lines = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      for (OcrWord box : rows.get(row)) {
        Generation answer = answers.get(lines.size());
        DecimalSigns.Line line = signs.of(lines.size(), text(answer));
        OcrWord word = new OcrWord(line.text().strip(), box.x0(), box.y0(), box.x1(), box.y1());
        lines.add(new PageLine(word, row, answer, line.sign()));
      }
    }
    return lines;
  }

  private static String text(Generation answer) {
    return Objects.requireNonNullElse(answer.text(), "");
  }

  /** What each token adds to the text. */
  private List<String> pieces(List<Token> tokens) {
    TextStream stream = Objects.requireNonNull(model.internals().textStream());
    List<String> pieces = new ArrayList<>();
    tokens.forEach(token -> pieces.add(stream.append(token.id())));
    return pieces;
  }

  /** A copy of the part of the page where a line stands, with its margin. */
  private static Picture crop(Picture page, OcrWord box) {
    double margin = Math.max(1, MARGIN * (box.y1() - box.y0()));
    return page.crop(
        (int) Math.max(0, Math.floor(box.x0() - margin)),
        (int) Math.max(0, Math.floor(box.y0() - margin)),
        (int) Math.min(page.width(), Math.ceil(box.x1() + margin)),
        (int) Math.min(page.height(), Math.ceil(box.y1() + margin)));
  }
}
