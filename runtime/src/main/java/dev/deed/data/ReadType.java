package dev.deed.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.InFlight;
import dev.deed.page.DecimalSign;
import dev.deed.page.PageLine;
import dev.deed.page.PageReader;
import dev.deed.page.PageText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads whole pages, line by line. A model of lines says nothing of pages, so it has to be named.
 */
public final class ReadType extends TaskType {
  public ReadType() {
    super(
        "read",
        "Reads whole pages with print: receipts, forms, screenshots.",
        Set.of("width"),
        List.of(),
        Set.of(InputLine.IMAGE));
  }

  @Override
  public String usualModel() {
    return "text-lines";
  }

  @Override
  public boolean isAnswer(JsonNode line) {
    return line.path("lines").isArray() && line.path("width").isInt();
  }

  @Override
  public Task of(EncoderDecoderModel model, Asker asker, LineOptions options) {
    model.check(options.options());
    PageReader reader = PageReader.of(model, asker);
    return line -> {
      Media page = Task.media(line, InputLine.IMAGE, "give the picture of a page");
      GenerationOptions own = options.of(line).options();
      InFlight<PageText> reading =
          page.as(file -> reader.begin(file, own), bytes -> reader.begin(bytes, own));
      return Task.UnderWay.of(reading, text -> new Result(line, text));
    };
  }

  private record Result(ParsedLine line, PageText page) implements LineResult {
    @Override
    public String text() {
      return page.text();
    }

    @Override
    public void write(boolean trace, ObjectNode out) {
      ReadType.write(page, out);
    }

    @Override
    public List<Generation> answers() {
      return page.lines().stream().map(PageLine::answer).toList();
    }

    /** A row of print is a row, what stands apart in it a cell. */
    @Override
    public List<List<String>> table() {
      TreeMap<Integer, List<String>> rows = new TreeMap<>();
      for (PageLine line : page.lines()) {
        if (line.isCertain()) {
          rows.computeIfAbsent(line.row(), _ -> new ArrayList<>()).add(line.text());
        }
      }
      return List.copyOf(rows.values());
    }

    @Override
    public @Nullable String leftOut() {
      return page.uncertain() == 0
          ? null
          : "left out %d of %d lines, empty or uncertain; --json has them"
              .formatted(page.uncertain(), page.lines().size());
    }
  }

  /** Writes what a page holds. */
  public static void write(PageText page, ObjectNode out) {
    out.put("width", page.width()).put("height", page.height()).put("text", page.text());
    ArrayNode lines = out.putArray("lines");
    for (PageLine line : page.lines()) {
      ObjectNode node = lines.addObject();
      node.put("text", line.text()).put("row", line.row());
      GenerationJson.write(
          node.putArray("box"),
          line.word().x0(),
          line.word().y0(),
          line.word().x1(),
          line.word().y1());
      node.put("log_prob", GenerationJson.finite(line.certainty()))
          .put("certain", line.isCertain());
      if (line.decimalSign() != DecimalSign.AS_READ) {
        node.put("decimal_sign", line.decimalSign().name().toLowerCase(Locale.ROOT));
      }
      line.answer().exitLayers().forEach(node.putArray("exit_layers")::add);
    }
  }
}
