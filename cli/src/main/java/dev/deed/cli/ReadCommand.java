package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.GenerationOptions;
import dev.deed.InFlight;
import dev.deed.OpenOptions;
import dev.deed.cli.options.AdapterOption;
import dev.deed.cli.options.CommonOptions;
import dev.deed.cli.options.JobEngine;
import dev.deed.cli.options.JobOptions;
import dev.deed.cli.options.ModelPlace;
import dev.deed.cli.options.OptionBounds;
import dev.deed.cli.options.PrecisionOption;
import dev.deed.cli.output.AnswerOutput;
import dev.deed.cli.output.JobInput;
import dev.deed.cli.output.LineForm;
import dev.deed.cli.output.LineJob;
import dev.deed.data.generate.GenerationJson;
import dev.deed.data.generate.ManyLines;
import dev.deed.data.generate.ReadTask;
import dev.deed.page.PageReader;
import dev.deed.page.PageText;
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
    try (AnswerOutput answers = job.open(input);
        EncoderDecoderModel model = common.open(place, opening);
        Engine engine = JobEngine.of(model, batch)) {
      model.check(options);
      PageReader reader = PageReader.of(engine);
      if (!many) {
        String name = names.getFirst();
        return single(begin(reader, options, name), name);
      }
      LineForm form = new LineForm(common.json || job.isFile(), false);
      ReadTask task = new ReadTask(line -> begin(reader, options, line.name()));
      return new LineJob(input, answers, common, form, null)
          .run(new ManyLines(task, batch), () -> "");
    }
  }

  private int single(InFlight<PageText> reading, String name) {
    PageText page = reading.await();
    if (common.json) {
      ObjectNode json = GenerationJson.object();
      GenerationJson.write(page, json);
      System.out.println(json);
    } else {
      LineForm.noteUncertain(common, name, page);
      if (!page.text().isEmpty()) {
        System.out.println(page.text());
      }
    }
    return 0;
  }

  private static InFlight<PageText> begin(
      PageReader reader, GenerationOptions options, String name) {
    if (!name.equals("-")) {
      return reader.begin(MediaFiles.path(name), options);
    }
    try {
      return reader.begin(System.in, options);
    } catch (IOException e) {
      throw MediaFiles.unreadable(e);
    }
  }
}
