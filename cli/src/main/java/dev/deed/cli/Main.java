package dev.deed.cli;

import dev.deed.cli.options.ModelPlace;
import dev.deed.cli.output.Failures;
import dev.deed.cli.output.OutputFailure;
import dev.deed.cli.output.StandardOutput;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code deed}. */
@Command(
    name = "deed",
    description = "Runs encoder-decoder transformers with Dynamic Early Exit on Decoder.",
    subcommands = {
      DemoCommand.class,
      GenerateCommand.class,
      VerifyCommand.class,
      ReadCommand.class,
      TablesCommand.class,
      TranscribeCommand.class,
      FeaturesCommand.class,
      InfoCommand.class,
      PullCommand.class,
      ModelsCommand.class,
      TokenizerCommand.class,
      EvalCommand.class,
      CalibrateCommand.class,
      ConvertCommand.class,
      ServeCommand.class,
      HelpCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    resourceBundle = "dev.deed.cli.help",
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  public static void main(String[] args) {
    VectorModule.load();
    StandardOutput.install();
    System.exit(CleanStop.run(() -> run(args)));
  }

  static int run(String... args) {
    CommandLine line = new CommandLine(new Main());
    // A text may begin with @.
    line.setExpandAtFiles(false);
    AddOnCommands.addTo(line);
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
