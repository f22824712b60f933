package dev.deed.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.InFlight;
import dev.deed.field.FieldReader;
import dev.deed.field.PageField;
import dev.deed.field.PageFields;
import dev.deed.page.PageReader;
import dev.deed.value.InputException;
import dev.deed.value.OcrWord;
import dev.deed.value.SettingType;
import dev.deed.value.TaskSetting;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Finds the fields of pages: of receipts, invoices, forms. */
public final class ExtractType extends TaskType {
  private static final String WORDS = "words";
  private static final String VALUES = "values";
  private static final Set<String> FIELDS =
      Set.of(InputLine.IMAGE, WORDS, "width", "height", VALUES);

  private static final List<TaskSetting<Boolean, ?>> SETTINGS =
      List.of(
          new TaskSetting<>(
              VALUES,
              new SettingType.Flag(),
              "Tell each field's text alone, without words, boxes and doubts (default: not).",
              (_, alone) -> alone));

  public ExtractType() {
    super(
        "extract",
        "Finds fields of pages, such as company, date and total of a receipt.",
        Set.of("fields"),
        SETTINGS,
        FIELDS);
  }

  @Override
  public boolean isFor(EncoderDecoderModel model) {
    return FieldReader.isFor(model);
  }

  @Override
  public boolean readsPages() {
    return true;
  }

  @Override
  public boolean isAnswer(JsonNode line) {
    return line.path("fields").isObject();
  }

  @Override
  public Task of(EncoderDecoderModel model, Asker asker, LineOptions options) {
    return of(
        model,
        asker,
        options,
        () -> {
          throw InputException.ofField(
              WORDS, "are missing", "give the page's words, which nobody reads here");
        });
  }

  @Override
  public Task of(
      EncoderDecoderModel model, Asker asker, LineOptions options, Supplier<PageReader> pages) {
    model.check(options.options());
    FieldReader reader = FieldReader.of(model, asker);
    boolean usual = TaskSetting.apply(SETTINGS, false, options.settings());
    Task task = line -> begin(reader, pages, line, usual, options);
    return task.withFields(FIELDS);
  }

  private static Task.UnderWay begin(
      FieldReader reader,
      Supplier<PageReader> pages,
      InputLine line,
      boolean usual,
      LineOptions options) {
    Fields fields = line.carriedFields();
    boolean values = line.apply(SETTINGS, usual);
    LineOptions own = options.of(line);
    InFlight<PageFields> reading;
    if (fields.value(WORDS) == null) {
      Media page =
          Task.media(
              line, InputLine.IMAGE, "give the picture of a page, or words with their boxes");
      reading =
          page.as(
              file -> reader.begin(pages.get(), file, own.options()),
              bytes -> reader.begin(pages.get(), bytes, own.options()));
    } else {
      List<OcrWord> words = OcrJson.entries(fields, WORDS);
      if (line.width() == null || line.height() == null) {
        throw InputException.ofField(
            WORDS, "stand without width and height", "give the size of the page in pixels");
      }
      reading = reader.begin(words, line.width(), line.height(), own.options());
    }
    return Task.UnderWay.of(reading, page -> new Result(line, page, values));
  }

  private record Result(ParsedLine line, PageFields page, boolean values) implements LineResult {
    /** A field a line; a question mark behind what has to be looked at. */
    @Override
    public String text() {
      return page.fields().entrySet().stream()
          .filter(field -> field.getValue() != null)
          .map(
              field ->
                  field.getKey()
                      + ": "
                      + field.getValue().text()
                      + (field.getValue().review() ? " (?)" : ""))
          .collect(Collectors.joining("\n"));
    }

    @Override
    public List<List<String>> table() {
      return List.of(
          page.fields().values().stream().map(field -> field == null ? "" : field.text()).toList());
    }

    @Override
    public List<String> columns() {
      return List.copyOf(page.fields().keySet());
    }

    @Override
    public void write(boolean trace, ObjectNode out) {
      ExtractType.write(page, values, out);
    }

    @Override
    public List<Generation> answers() {
      return page.answers();
    }

    @Override
    public Set<String> taken() {
      return FIELDS;
    }
  }

  /**
   * Writes the fields of a page.
   *
   * @param values whether each is its text alone
   */
  public static void write(PageFields page, boolean values, ObjectNode out) {
    ObjectNode fields = values ? out : out.putObject("fields");
    page.fields()
        .forEach(
            (name, field) -> {
              if (field == null) {
                fields.putNull(name);
              } else if (values) {
                fields.put(name, field.text());
              } else {
                write(field, fields.putObject(name));
              }
            });
  }

  private static void write(PageField field, ObjectNode out) {
    out.put("text", field.text()).put("value", field.value());
    field.words().forEach(out.putArray(WORDS)::add);
    ArrayNode boxes = out.putArray("boxes");
    field.boxes().forEach(box -> box.rounded().forEach(boxes.addArray()::add));
    out.put("confidence", Math.round(field.confidence() * 1e4) / 1e4).put("review", field.review());
    field.answer().exitLayers().forEach(out.putArray("exit_layers")::add);
  }
}
