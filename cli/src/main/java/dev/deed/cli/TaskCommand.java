package dev.deed.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.Asker;
import dev.deed.EncoderDecoderModel;
import dev.deed.Engine;
import dev.deed.GenerationOptions;
import dev.deed.OpenOptions;
import dev.deed.data.GenerationJson;
import dev.deed.data.InputLine;
import dev.deed.data.LineOptions;
import dev.deed.data.LineResult;
import dev.deed.data.ManyLines;
import dev.deed.data.Task;
import dev.deed.data.TaskType;
import dev.deed.value.GenerationSetting;
import dev.deed.value.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Option;

/** The command of a task: it runs the task on files, or on JSON Lines. */
@Command(mixinStandardHelpOptions = true, abbreviateSynopsis = true)
final class TaskCommand implements Callable<Integer> {
  private static final int MOST_TOGETHER = 64;

  private final TaskType type;
  private final MediaFiles media;
  private final ArgSpec model;
  private final ArgSpec files;
  private final ArgSpec file;
  private final OptionSpec pages =
      OptionSpec.builder(PagesModel.OPTION)
          .paramLabel("MODEL")
          .type(Path.class)
          .initialValue(Path.of(PagesModel.USUAL))
          .defaultValue(PagesModel.USUAL)
          .descriptionKey("task.text-lines")
          .build();
  private final SettingOptions settings;
  private final SettingOptions length =
      new SettingOptions(List.of(GenerationSetting.MAX_NEW_TOKENS));

  @Mixin CommonOptions common = new CommonOptions();
  @Mixin AdapterOption adapter = new AdapterOption();
  @Mixin PrecisionOption precision = new PrecisionOption();
  @Mixin ExitOptions exits = new ExitOptions();

  @Option(names = "--input", paramLabel = "FILE", descriptionKey = "task.input")
  @Nullable String input;

  @Option(names = "--csv", descriptionKey = "task.csv")
  boolean csv;

  @Option(names = "--batch", paramLabel = "N", descriptionKey = "task.batch")
  int batch = 16;

  @Mixin JobOptions job = new JobOptions();

  private TaskCommand(TaskType type) {
    this.type = type;
    this.media = type.fields().contains(InputLine.IMAGE) ? MediaFiles.PICTURES : MediaFiles.SOUNDS;
    String usual = type.usualModel();
    this.model =
        usual == null
            ? PositionalParamSpec.builder()
                .index("0")
                .paramLabel("MODEL")
                .type(Path.class)
                .required(true)
                .descriptionKey("model.MODEL")
                .build()
            : OptionSpec.builder("--model")
                .paramLabel("MODEL")
                .type(Path.class)
                .initialValue(Path.of(usual))
                .defaultValue(usual)
                .descriptionKey("task.model")
                .build();
    this.files =
        PositionalParamSpec.builder()
            .index(usual == null ? "1..*" : "0..*")
            .arity("0..*")
            .paramLabel("FILE")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .descriptionKey("task.FILE")
            .build();
    this.file =
        OptionSpec.builder("--" + media.field())
            .paramLabel("FILE")
            .type(String.class)
            .descriptionKey("task.file")
            .build();
    this.settings = new SettingOptions(type.settings());
  }

  /** The command of a type of tasks. */
  static CommandLine of(TaskType type) {
    TaskCommand command = new TaskCommand(type);
    CommandLine line = new CommandLine(command);
    CommandSpec spec = line.getCommandSpec();
    spec.name(type.name());
    spec.usageMessage().description(type.help());
    spec.add(command.model).add(command.files).add(command.file);
    if (type.readsPages()) {
      spec.addOption(command.pages);
    }
    command.settings.addTo(spec, "Settings of " + type.name());
    command.length.addTo(spec, "Generation");
    return line;
  }

  @Override
  public Integer call() throws IOException {
    OptionBounds.requireWithin("--batch", batch, 1, MOST_TOGETHER);
    List<String> named = named();
    InputException.require(
        named.isEmpty() == (input != null),
        type.name(),
        "needs one input",
        "give --%s or --input, or files".formatted(media.field()));
    InputException.require(
        !(csv && common.json), "--csv", "stands beside --json", "give one of them");
    boolean many = input != null || MediaFiles.areMany(named);
    job.check(many ? null : "several files");
    List<String> names = input == null ? media.names(named) : List.of();
    LineOptions options =
        new LineOptions(
            GenerationOptions.defaults().withExits(exits.settings()).withSettings(length.values()),
            false,
            settings.values());
    JobInput lines = input == null ? media.job(names) : JobInput.ofLines(input);
    ModelPlace place = common.place(Objects.requireNonNull(model.getValue()), adapter);
    OpenOptions opening = precision.applyTo(OpenOptions.defaults(), place.folder(), common);
    try (AnswerOutput answers = job.open(lines);
        EncoderDecoderModel opened = common.open(place, opening);
        Engine engine = JobEngine.of(opened, batch);
        PagesModel reader = new PagesModel(common, linesModel(), batch)) {
      Task task = type.of(opened, Asker.of(engine), options, reader);
      if (!many) {
        InputLine line = InputLine.named(1, names.getFirst());
        print(task.begin(media.addTo(line)).result());
        return 0;
      }
      boolean json = !csv && (common.json || job.isFile() || input != null);
      Task each = input == null ? line -> task.begin(media.addTo(line)) : task;
      return new LineJob(lines, answers, common, new LineForm(json, false, csv), null)
          .run(new ManyLines(each, batch), () -> "");
    }
  }

  /** Of a task that reads no pages nobody asks for it. */
  private Path linesModel() {
    return pages.getValue() instanceof Path named ? named : Path.of(PagesModel.USUAL);
  }

  private List<String> named() {
    List<String> named = new ArrayList<>();
    if (files.getValue() instanceof List<?> given) {
      given.forEach(one -> named.add(one.toString()));
    }
    if (file.getValue() instanceof String one) {
      named.add(one);
    }
    return named;
  }

  private void print(LineResult result) {
    if (common.json) {
      ObjectNode json = GenerationJson.object();
      result.write(false, json);
      System.out.println(json);
      return;
    }
    LineForm.note(common, result);
    if (csv) {
      System.out.println(new LineForm(false, false, true).line(result));
      return;
    }
    if (!result.text().isEmpty()) {
      System.out.println(result.text());
    }
  }
}
