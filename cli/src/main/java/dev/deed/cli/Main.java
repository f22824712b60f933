package dev.deed.cli;

import dev.deed.data.TaskType;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

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
          "extract",
          "transcribe",
          "align",
          "whisper",
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
    // Numbers have the same digits and signs on every machine.
    Locale.setDefault(Locale.ROOT);
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
      case "align" -> new AlignCommand();
      case "whisper" -> new WhisperCommand();
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

  /**
   * Adds the commands that are not this module's: those of add-ons, and those that the launcher of
   * a checkout runs by itself, which are here for their help. {@code train} is listed where its
   * add-on is not on the class path too, and says where to find it.
   */
  private static final class AddOnCommands {
    private static final String TRAIN = "train";
    private static final String[] CHECK = {
      "Compiles everything, checks format, packages, pages and Javadoc; runs no other tests.",
      "Options are those of Maven."
    };
    private static final String[] TEST = {
      "Checks and tests everything, as .ci/run does: the product, then the laboratory.",
      "deed test product and deed test lab test a part, deed test MODULE one module alone; options"
          + " of Maven by themselves are the product's.",
      "Example: deed test core -Dtest=KernelsTest"
    };

    private AddOnCommands() {}

    /** Adds them to the command {@code deed} and to its command {@code convert}. */
    static void addTo(CommandLine deed) {
      deed.addSubcommand("check", ofLauncher("check", "[OPTION...]", CHECK));
      deed.addSubcommand("test", ofLauncher("test", "[product|lab|MODULE] [OPTION...]", TEST));
      CommandLine convert = Objects.requireNonNull(deed.getSubcommands().get("convert"));
      for (AddOn addOn : ServiceLoader.load(AddOn.class)) {
        addOn.commands().forEach(deed::addSubcommand);
        addOn.conversions().forEach(convert::addSubcommand);
      }
      if (!deed.getSubcommands().containsKey(TRAIN)) {
        deed.addSubcommand(
            TRAIN,
            refused(
                TRAIN,
                "comes with the training add-on, which is not on the class path",
                "start it with the launcher of a checkout, or add the jar deed-cli-training",
                "Trains or fine-tunes a model (training add-on)."));
      }
    }

    private static CommandSpec ofLauncher(String name, String arguments, String... description) {
      String todo = "start ./deed " + name + " in a checkout";
      CommandSpec spec = refused(name, "is run by the launcher", todo, description);
      spec.mixinStandardHelpOptions(true);
      spec.usageMessage().customSynopsis("deed " + name + " [-hV] " + arguments);
      return spec;
    }

    private static CommandSpec refused(
        String name, String why, String whatToDo, String... description) {
      Callable<Integer> refusal =
          () -> {
            throw new InputException("command " + name, why, whatToDo);
          };
      CommandSpec spec = CommandSpec.wrapWithoutInspection(refusal);
      spec.usageMessage().description(description);
      spec.parser().unmatchedArgumentsAllowed(true);
      return spec;
    }
  }
}
