package dev.deed.cli;

import dev.deed.cli.options.ModelPlace;
import dev.deed.cli.output.Failures;
import dev.deed.cli.output.OutputFailure;
import dev.deed.cli.output.StandardOutput;
import dev.deed.data.generate.TaskType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code deed}. */
@Command(
    name = "deed",
    description = "Runs encoder-decoder transformers with Dynamic Early Exit on Decoder.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    resourceBundle = "dev.deed.cli.help",
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  /** In the order of the help. */
  private static final List<String> COMMANDS =
      List.of(
          "demo",
          "generate",
          "verify",
          "read",
          "tables",
          "transcribe",
          "features",
          "info",
          "pull",
          "models",
          "tokenizer",
          "eval",
          "calibrate",
          "convert",
          "serve",
          "help");

  /** They look at other commands, or take those of add-ons. */
  private static final Set<String> SEEING_ALL = Set.of("convert", "help");

  public static void main(String[] args) {
    VectorModule.load();
    StandardOutput.install();
    System.exit(CleanStop.run(() -> run(args)));
  }

  /** A command, whose classes are loaded with it alone. */
  private static Object command(String name) {
    return switch (name) {
      case "demo" -> new DemoCommand();
      case "generate" -> new GenerateCommand();
      case "verify" -> new VerifyCommand();
      case "transcribe" -> new TranscribeCommand();
      case "features" -> new FeaturesCommand();
      case "info" -> new InfoCommand();
      case "pull" -> new PullCommand();
      case "models" -> new ModelsCommand();
      case "tokenizer" -> new TokenizerCommand();
      case "eval" -> new EvalCommand();
      case "calibrate" -> new CalibrateCommand();
      case "convert" -> new ConvertCommand();
      case "serve" -> new ServeCommand();
      case "help" -> new HelpCommand();
      default -> TaskCommand.of(Objects.requireNonNull(TaskType.named(name)));
    };
  }

  /** The command line with all that {@code --help} lists. */
  static CommandLine all() {
    List<String> commands = new ArrayList<>(COMMANDS);
    // Those of extensions.
    TaskType.all().stream()
        .map(TaskType::name)
        .filter(name -> !commands.contains(name))
        .forEach(commands::add);
    return with(commands);
  }

  private static CommandLine with(List<String> commands) {
    CommandLine line = new CommandLine(new Main());
    commands.forEach(name -> line.addSubcommand(name, command(name)));
    return line;
  }

  /** What is typed most needs neither other commands nor add-ons, and starts sooner without. */
  private static CommandLine lineOf(String... args) {
    if (args.length > 0 && COMMANDS.contains(args[0]) && !SEEING_ALL.contains(args[0])) {
      return with(List.of(args[0]));
    }
    CommandLine line = all();
    AddOnCommands.addTo(line);
    return line;
  }

  static int run(String... args) {
    CommandLine line = lineOf(args);
    // A text may begin with @.
    line.setExpandAtFiles(false);
    line.registerConverter(Path.class, text -> ModelPlace.path("path \"" + text + "\"", text));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setParameterExceptionHandler(Failures::wrongUsage);
    line.setExecutionExceptionHandler(Failures::failed);
    try {
      int code = line.execute(args.length == 0 ? new String[] {"--help"} : args);
      System.out.flush();
      return code;
    } catch (OutputFailure | VirtualMachineError | LinkageError e) {
      // Used-up memory, or nobody reads what is printed. The handlers above hear of exceptions
      // alone.
      return Failures.failed(e, line);
    }
  }

  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"deed " + (version == null ? "(development build)" : version)};
    }
  }
}
