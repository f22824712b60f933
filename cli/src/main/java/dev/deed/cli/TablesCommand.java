package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.GenerationOptions;
import dev.deed.cli.options.JobEngine;
import dev.deed.cli.options.JobOptions;
import dev.deed.cli.options.OptionBounds;
import dev.deed.cli.options.RunOptions;
import dev.deed.cli.output.AnswerOutput;
import dev.deed.cli.output.JobInput;
import dev.deed.cli.output.LineForm;
import dev.deed.cli.output.LineJob;
import dev.deed.data.generate.GenerationJson;
import dev.deed.data.generate.LineOptions;
import dev.deed.data.generate.ManyLines;
import dev.deed.data.generate.TableLine;
import dev.deed.data.generate.TablesTask;
import dev.deed.table.Page;
import dev.deed.table.PageTable;
import dev.deed.table.TableOptions;
import dev.deed.table.TableReader;
import dev.deed.value.InputException;
import dev.deed.value.PageBox;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code deed tables}: rows, columns and cells of tables on pages, by a TableFormer. */
@Command(
    name = "tables",
    description = "Reads tables of pages: rows, columns, cells with spans and texts (TableFormer).",
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true)
final class TablesCommand implements Callable<Integer> {
  private static final int MOST_TOGETHER = 64;
  private static final Pattern COMMA = Pattern.compile(",");

  @Mixin RunOptions model = new RunOptions();
  @Mixin ExitOptions exits = new ExitOptions();

  @Option(names = "--image", paramLabel = "FILE")
  @Nullable String image;

  @Option(names = "--table", paramLabel = "X0,Y0,X1,Y1")
  List<String> boxes = List.of();

  @Option(names = "--input", paramLabel = "FILE")
  @Nullable String input;

  @Mixin JobOptions answered = new JobOptions();

  @Option(names = "--batch", paramLabel = "N")
  int batch = 8;

  @Option(names = "--max-new-tokens", paramLabel = "N")
  @Nullable Integer maxNewTokens;

  @Option(names = "--empty-cells")
  boolean emptyCells;

  @Option(names = "--table-grammar")
  boolean grammar;

  @Override
  public Integer call() throws IOException {
    InputException.require(
        image == null != (input == null), "tables", "needs one input", "give --image or --input");
    InputException.require(
        input == null || boxes.isEmpty(),
        "--table",
        "is for --image alone",
        "write table into the lines");
    OptionBounds.requireWithin("--batch", batch, 1, MOST_TOGETHER);
    answered.check(input == null ? "--input" : null);
    GenerationOptions options = GenerationOptions.defaults().withExits(exits.settings());
    if (maxNewTokens != null) {
      OptionBounds.requireAtLeast("--max-new-tokens", maxNewTokens, 1);
      options = options.withMaxNewTokens(maxNewTokens);
    }
    TableOptions tables = TableOptions.defaults().withEmptyCells(emptyCells).withGrammar(grammar);
    if (input == null) {
      Page page =
          Page.of(MediaFiles.path(String.valueOf(image)))
              .withTables(boxes.stream().map(TablesCommand::box).toList());
      try (EncoderDecoderModel opened = model.open();
          Engine engine = JobEngine.of(opened, batch)) {
        print(TableReader.of(engine).read(page, tables.withGeneration(options)));
        return 0;
      }
    }
    JobInput lines = JobInput.ofLines(input);
    try (AnswerOutput answers = answered.open(lines);
        EncoderDecoderModel opened = model.open();
        Engine engine = JobEngine.of(opened, batch)) {
      TablesTask task = new TablesTask(TableReader.of(engine), new LineOptions(options), tables);
      return new LineJob(lines, answers, model, new LineForm(true, false), null)
          .run(new ManyLines(task, batch), () -> "");
    }
  }

  private void print(List<PageTable> tables) {
    if (model.json) {
      ObjectNode out = GenerationJson.object();
      TableLine.write(tables, boxes.size() > 1, out);
      System.out.println(out);
    } else {
      tables.forEach(table -> System.out.println(table.html()));
    }
  }

  private static PageBox box(String text) {
    try {
      double[] edges = COMMA.splitAsStream(text).mapToDouble(Double::parseDouble).toArray();
      if (edges.length == 4) {
        return new PageBox(edges[0], edges[1], edges[2], edges[3]);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new InputException("--table", "is " + text, "give X0,Y0,X1,Y1 in pixels");
  }
}
