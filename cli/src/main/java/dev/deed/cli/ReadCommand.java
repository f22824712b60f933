package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.GenerationOptions;
import dev.deed.OpenOptions;
import dev.deed.cli.options.CommonOptions;
import dev.deed.cli.options.OptionBounds;
import dev.deed.cli.options.PrecisionOption;
import dev.deed.cli.output.Notes;
import dev.deed.cli.output.ProgressLine;
import dev.deed.data.generate.GenerationJson;
import dev.deed.files.NamedPath;
import dev.deed.page.PageLine;
import dev.deed.page.PageReader;
import dev.deed.page.PageText;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deed read}: the text of whole pages, by a model that reads lines. */
@Command(
    name = "read",
    description = "Reads whole pages with print: receipts, forms, screenshots.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A page gives its rows from the top. Several pages give a line each, in their order, with \\n"
          + " between rows. Lines that the model is uncertain of are left out; --json has them.",
      "Exit codes: 0 all pages read; 1 some could not be; 2 wrong usage or bad input; 130 stopped"
          + " by Ctrl-C; 143 stopped by SIGTERM."
    })
final class ReadCommand implements Callable<Integer> {
  private static final int MOST_TOGETHER = 64;

  @Mixin CommonOptions common = new CommonOptions();
  @Mixin PrecisionOption precision = new PrecisionOption();
  @Mixin ExitOptions exits = new ExitOptions();

  @Parameters(
      arity = "1..*",
      paramLabel = "PAGE",
      description =
          "Pictures of upright pages in one column, as generate --image takes them; folders of them;"
              + " - reads stdin.")
  List<String> pages = List.of();

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "Model that reads the picture of a line, as a folder or by name (default: the shipped"
              + " ${DEFAULT-VALUE}).")
  Path named = Path.of("text-lines");

  @Option(
      names = "--batch",
      paramLabel = "N",
      description =
          "Lines of a page decoded together; the text stays the same (default: ${DEFAULT-VALUE}).")
  int batch = 16;

  @Override
  public Integer call() throws IOException {
    OptionBounds.requireWithin("--batch", batch, 1, MOST_TOGETHER);
    GenerationOptions options = GenerationOptions.defaults().withExits(exits.settings());
    List<String> names = MediaFiles.PICTURES.names(pages);
    Path folder = common.folder(named);
    OpenOptions opening = precision.applyTo(OpenOptions.defaults(), folder, common);
    EngineOptions places = EngineOptions.defaults().withMaxRows(batch).withKnee(batch);
    try (EncoderDecoderModel model = common.open(folder, opening);
        Engine engine = model.engine(places)) {
      model.check(options);
      PageReader reader = PageReader.of(engine);
      return MediaFiles.areMany(pages)
          ? each(reader, options, names)
          : single(reader, options, names.getFirst());
    }
  }

  private int single(PageReader reader, GenerationOptions options, String name) throws IOException {
    PageText page = read(reader, options, name);
    if (common.json) {
      System.out.println(json(page, GenerationJson.object()));
    } else if (!page.text().isEmpty()) {
      System.out.println(page.text());
    }
    noteUncertain(name, page);
    return 0;
  }

  /** A page that cannot be read does not keep the others from it. */
  private int each(PageReader reader, GenerationOptions options, List<String> names)
      throws IOException {
    int code = 0;
    try (ProgressLine progress = ProgressLine.of(common, "pages", names.size())) {
      for (String name : names) {
        ObjectNode out = GenerationJson.object().put("id", name);
        String text = "";
        try {
          PageText page = read(reader, options, name);
          text = page.text();
          json(page, out);
          noteUncertain(name, page);
        } catch (InputException e) {
          code = 1;
          out.put("error", e.getMessage());
          if (!common.json) {
            Notes.print("deed: " + name + ": " + e.getMessage());
          }
        }
        System.out.println(common.json ? out : text.replaceAll("\\R", "\\\\n"));
        System.out.flush();
        progress.step();
      }
    }
    return code;
  }

  private static PageText read(PageReader reader, GenerationOptions options, String name)
      throws IOException {
    return name.equals("-")
        ? reader.read(System.in, options)
        : reader.read(NamedPath.of("path \"" + name + "\"", name), options);
  }

  private void noteUncertain(String name, PageText page) {
    if (page.uncertain() > 0 && !common.quiet && !common.json) {
      Notes.print(
          "deed: %s: left out %d of %d lines, empty or uncertain; --json has them"
              .formatted(name, page.uncertain(), page.lines().size()));
    }
  }

  private static ObjectNode json(PageText page, ObjectNode out) {
    out.put("width", page.width()).put("height", page.height()).put("text", page.text());
    ArrayNode lines = out.putArray("lines");
    for (PageLine line : page.lines()) {
      ObjectNode node = lines.addObject();
      node.put("text", line.text()).put("row", line.row());
      node.putArray("box")
          .add(Math.round(line.word().x0()))
          .add(Math.round(line.word().y0()))
          .add(Math.round(line.word().x1()))
          .add(Math.round(line.word().y1()));
      node.put("log_prob", GenerationJson.finite(line.certainty()));
      node.put("certain", line.isCertain());
      line.answer().exitLayers().forEach(node.putArray("exit_layers")::add);
    }
    return out;
  }
}
