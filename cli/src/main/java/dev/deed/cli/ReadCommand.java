package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.EngineOptions;
import dev.deed.GenerationOptions;
import dev.deed.OpenOptions;
import dev.deed.cli.options.AdapterOption;
import dev.deed.cli.options.CommonOptions;
import dev.deed.cli.options.JobOptions;
import dev.deed.cli.options.ModelPlace;
import dev.deed.cli.options.OptionBounds;
import dev.deed.cli.options.PrecisionOption;
import dev.deed.cli.output.AnswerOutput;
import dev.deed.cli.output.JobInput;
import dev.deed.cli.output.LineForm;
import dev.deed.cli.output.LineJob;
import dev.deed.data.ParsedLine;
import dev.deed.data.generate.GenerationJson;
import dev.deed.data.generate.LineGenerator;
import dev.deed.data.generate.LineResult;
import dev.deed.page.PageReader;
import dev.deed.page.PageText;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deed read}: the text of whole pages, by a model that reads lines. */
@Command(
    name = "read",
    description = "Reads whole pages with print: receipts, forms, screenshots.",
    mixinStandardHelpOptions = true,
    abbreviateSynopsis = true)
final class ReadCommand implements Callable<Integer> {
  private static final int MOST_TOGETHER = 64;

  @Mixin CommonOptions common = new CommonOptions();
  @Mixin AdapterOption adapter = new AdapterOption();
  @Mixin PrecisionOption precision = new PrecisionOption();
  @Mixin ExitOptions exits = new ExitOptions();

  @Parameters(arity = "1..*", paramLabel = "PAGE", descriptionKey = "PAGE")
  List<String> pages = List.of();

  @Option(names = "--model", paramLabel = "MODEL")
  Path named = Path.of("text-lines");

  @Option(names = "--batch", paramLabel = "N")
  int batch = 16;

  @Mixin JobOptions job = new JobOptions();

  @Override
  public Integer call() throws IOException {
    OptionBounds.requireWithin("--batch", batch, 1, MOST_TOGETHER);
    GenerationOptions options = GenerationOptions.defaults().withExits(exits.settings());
    List<String> names = MediaFiles.PICTURES.names(pages);
    boolean many = MediaFiles.areMany(pages);
    job.check(many ? null : "several pages");
    JobInput input = MediaFiles.PICTURES.job(names);
    ModelPlace place = common.place(named, adapter);
    OpenOptions opening = precision.applyTo(OpenOptions.defaults(), place.folder(), common);
    EngineOptions places = EngineOptions.defaults().withMaxRows(batch).withKnee(batch);
    try (AnswerOutput answers = job.open(input);
        EncoderDecoderModel model = common.open(place, opening);
        Engine engine = model.engine(places)) {
      model.check(options);
      PageReader reader = PageReader.of(engine);
      if (!many) {
        return single(reader, options, names.getFirst());
      }
      LineForm form = new LineForm(common.json || job.isFile(), false);
      return new LineJob(input, answers, common, form, null)
          .run((lines, sink) -> each(reader, options, lines, sink), () -> "");
    }
  }

  private int single(PageReader reader, GenerationOptions options, String name) throws IOException {
    PageText page = read(reader, options, name);
    if (common.json) {
      ObjectNode json = GenerationJson.object();
      GenerationJson.write(page, json);
      System.out.println(json);
    } else if (!page.text().isEmpty()) {
      System.out.println(page.text());
    }
    return 0;
  }

  private boolean each(
      PageReader reader,
      GenerationOptions options,
      Supplier<@Nullable ParsedLine> lines,
      LineGenerator.Sink sink)
      throws IOException {
    for (ParsedLine line = lines.get(); line != null; line = lines.get()) {
      LineResult result;
      try {
        result = new LineResult.Read(line, read(reader, options, line.orThrow().name()));
      } catch (InputException | OutOfMemoryError e) {
        result = new LineResult.Refused(line, e);
      } catch (CancellationException e) {
        return false;
      }
      sink.accept(result);
    }
    return true;
  }

  private PageText read(PageReader reader, GenerationOptions options, String name)
      throws IOException {
    PageText page =
        name.equals("-")
            ? reader.read(System.in, options)
            : reader.read(MediaFiles.path(name), options);
    if (page.uncertain() > 0 && !common.json && !job.isFile()) {
      common.note(
          "deed: %s: left out %d of %d lines, empty or uncertain; --json has them"
              .formatted(name, page.uncertain(), page.lines().size()));
    }
    return page;
  }
}
