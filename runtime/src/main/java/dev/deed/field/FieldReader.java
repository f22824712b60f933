package dev.deed.field;

import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.InFlight;
import dev.deed.Input;
import dev.deed.ModelInternals;
import dev.deed.Request;
import dev.deed.decode.logits.CopiedRun;
import dev.deed.page.PageLine;
import dev.deed.page.PageReader;
import dev.deed.page.PageText;
import dev.deed.processing.page.OcrPage;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the fields of pages, such as company, date and total of a receipt, with a model whose
 * folder names them. Each text is a run of words that stand on the page, or null: decoding can
 * write nothing else. A page is encoded once for all its fields, which are decoded together. Safe
 * for use from many threads.
 */
public final class FieldReader {
  /** Of a page's lines: with more that are uncertain it is no page of print, or not upright. */
  private static final double MOST_UNCERTAIN = 0.6;

  /** Tokens of the longest text, where nobody says. */
  private static final int NEW_TOKENS = 128;

  private final EncoderDecoderModel model;
  private final Asker asker;
  private final FieldRules rules;
  private final Tokenizer tokenizer;

  private FieldReader(EncoderDecoderModel model, Asker asker) {
    ModelInternals internals = model.internals();
    this.model = model;
    this.asker = asker;
    this.rules = FieldRules.of(internals.folder().config());
    Tokenizer own = internals.tokenizer();
    InputException.require(
        own != null,
        internals.folder().path().toString(),
        "holds no tokenizer",
        "add the files of its checkpoint");
    this.tokenizer = Objects.requireNonNull(own);
  }

  /**
   * {@return a reader by the model of an engine}
   *
   * @param engine stays the caller's, who closes it after the last page
   * @throws InputException when its model's folder names no fields, or holds no tokenizer
   */
  public static FieldReader of(Engine engine) {
    return of(engine.model(), Asker.of(engine));
  }

  /**
   * {@return a reader by a model}
   *
   * @param model an open model, which stays the caller's
   * @param asker gets the fields of pages answered, by an engine of that model
   * @throws InputException as {@link #of(Engine)} does
   */
  public static FieldReader of(EncoderDecoderModel model, Asker asker) {
    return new FieldReader(model, asker);
  }

  /**
   * {@return whether a model's folder names fields}
   *
   * @param model an open model
   */
  public static boolean isFor(EncoderDecoderModel model) {
    return FieldRules.areIn(model.internals().folder().config());
  }

  /**
   * {@return the names of a model's fields, in the order of the answers}
   *
   * @param model one that this {@linkplain #isFor is for}
   * @throws InputException when its folder states them badly
   */
  public static List<String> names(EncoderDecoderModel model) {
    return FieldRules.of(model.internals().folder().config()).fields().stream()
        .map(FieldRules.Field::name)
        .toList();
  }

  /**
   * Finds the fields of a page whose words are known.
   *
   * @param words words or lines with their boxes, in any order
   * @param width of the page in pixels
   * @param height of the page in pixels
   * @param options how each field is generated
   * @return the fields
   * @throws InputException when there are no words, too many, or boxes that are none
   * @throws dev.deed.EngineFullException when the engine is closed
   * @throws CancellationException when the thread is interrupted
   */
  public PageFields read(List<OcrWord> words, int width, int height, GenerationOptions options) {
    return begin(words, width, height, options).await();
  }

  /**
   * Begins to find the fields of a page, and gives them later: pages that were begun together are
   * decoded together.
   *
   * @param words words or lines with their boxes, in any order
   * @param width of the page in pixels
   * @param height of the page in pixels
   * @param options how each field is generated
   * @return what gives the fields
   * @throws InputException when there are no words, too many, or boxes that are none
   * @throws dev.deed.EngineFullException when the engine is closed
   * @throws CancellationException when the thread is interrupted
   */
  public InFlight<PageFields> begin(
      List<OcrWord> words, int width, int height, GenerationOptions options) {
    return begin(words, width, height, options, null);
  }

  /**
   * Begins with a page that is read first.
   *
   * @param pages reads it
   * @param page a picture file
   * @param options how each field is generated
   * @return what gives the fields
   */
  public InFlight<PageFields> begin(PageReader pages, Path page, GenerationOptions options) {
    return begin(() -> pages.begin(page, GenerationOptions.defaults()), options);
  }

  /**
   * Begins with a page that is read first.
   *
   * @param pages reads it
   * @param page the bytes of a picture file
   * @param options how each field is generated
   * @return what gives the fields
   */
  public InFlight<PageFields> begin(PageReader pages, byte[] page, GenerationOptions options) {
    return begin(() -> pages.begin(page, GenerationOptions.defaults()), options);
  }

  private InFlight<PageFields> begin(
      Callable<InFlight<PageText>> reading, GenerationOptions options) {
    return InFlight.begin(() -> read(reading.call().await(), options));
  }

  private PageFields read(PageText page, GenerationOptions options) {
    long empty = page.uncertain();
    InputException.require(
        !page.lines().isEmpty(), "page", "shows no print", "give the picture of a page");
    InputException.require(
        empty <= MOST_UNCERTAIN * page.lines().size(),
        "page",
        "can hardly be read: %d of %d lines are uncertain".formatted(empty, page.lines().size()),
        "give an upright, sharp picture of print, or the page's words");
    List<PageLine> lines = page.lines().stream().filter(line -> !line.text().isEmpty()).toList();
    return begin(
            lines.stream().map(PageLine::word).toList(),
            page.width(),
            page.height(),
            options,
            lines.stream().mapToDouble(PageLine::certainty).toArray())
        .await();
  }

  /**
   * @param certainties of the words, where they were read; null where they were given
   */
  private InFlight<PageFields> begin(
      List<OcrWord> words,
      int width,
      int height,
      GenerationOptions options,
      double @Nullable [] certainties) {
    ModelInternals internals = model.internals();
    FieldPage page =
        internals.beside(() -> FieldPage.of(List.copyOf(words), width, height, tokenizer));
    Map<FieldRules.Type, CopiedRun> runs = internals.beside(() -> runs(page));
    OcrPage read = page.page();
    Input input = Input.empty().withWords(read.entries(), read.width(), read.height());
    int heads = internals.spec().encoder().stack().attention().heads();
    asker.holds((long) Float.BYTES * heads * page.length() * page.length());
    Input encoded = internals.beside(() -> model.encode(input));
    GenerationOptions own =
        options
            .withLogProbabilities(true)
            .withAlternatives(Math.max(FieldSignals.ALTERNATIVES, options.alternatives()));
    if (!options.settings().containsKey("max_new_tokens")) {
      own = own.withMaxNewTokens(NEW_TOKENS);
    }
    GenerationOptions each = own;
    List<Request> requests =
        rules.fields().stream()
            .map(
                field ->
                    new Request(
                        internals.answeredIn(
                            encoded.withDecoderPrompt(field.name()),
                            Objects.requireNonNull(runs.get(field.type()))),
                        each))
            .toList();
    Function<List<Integer>, Double> reading =
        entries ->
            certainties == null
                ? 0
                : entries.stream().mapToDouble(entry -> certainties[entry]).min().orElse(0);
    return InFlight.begin(asker, requests, answers -> fields(page, runs, answers, reading));
  }

  private Map<FieldRules.Type, CopiedRun> runs(FieldPage page) {
    Map<FieldRules.Type, CopiedRun> runs = new EnumMap<>(FieldRules.Type.class);
    int[] ends = model.internals().endTokens();
    for (FieldRules.Field field : rules.fields()) {
      runs.computeIfAbsent(field.type(), type -> page.runs(type, ends));
    }
    return runs;
  }

  private PageFields fields(
      FieldPage page,
      Map<FieldRules.Type, CopiedRun> runs,
      Iterator<Generation> answers,
      Function<List<Integer>, Double> reading) {
    Map<String, @Nullable PageField> fields = new LinkedHashMap<>();
    List<Generation> all = new ArrayList<>();
    for (FieldRules.Field field : rules.fields()) {
      Generation answer = answers.next();
      all.add(answer);
      fields.put(
          field.name(),
          field(page, Objects.requireNonNull(runs.get(field.type())), field, answer, reading));
    }
    return new PageFields(fields, all);
  }

  private @Nullable PageField field(
      FieldPage page,
      CopiedRun runs,
      FieldRules.Field field,
      Generation answer,
      Function<List<Integer>, Double> reading) {
    List<Integer> ends = Arrays.stream(model.internals().endTokens()).boxed().toList();
    int[] tokens =
        answer.tokenIds().stream().filter(id -> !ends.contains(id)).mapToInt(id -> id).toArray();
    if (tokens.length == 0) {
      return null;
    }
    FieldPage.Run run = page.run(tokens);
    FieldSignals signals =
        FieldSignals.of(
            answer, runs, model.internals().spec().decoderLayers(), reading.apply(run.entries()));
    double confidence = rules.confidence(signals);
    return new PageField(
        run.text(),
        FieldValue.of(field.type(), run.text(), page.texts()),
        run.entries(),
        run.boxes(),
        confidence,
        !(confidence >= rules.threshold()) || answer.finish() != Finish.EOS,
        signals,
        answer);
  }
}
