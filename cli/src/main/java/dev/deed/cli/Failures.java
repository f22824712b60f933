package dev.deed.cli;

import dev.deed.files.ErrorLine;
import dev.deed.files.Spelling;
import dev.deed.value.InputException;
import dev.deed.value.OneLine;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Errors as one line on stderr, with a stack trace only where asked for. */
public final class Failures {
  public static final int FAILED = 1;
  public static final int BAD_INPUT = 2;

  /** What a shell calls the end by SIGINT. */
  public static final int STOPPED = 130;

  /** What a shell calls the end by SIGPIPE. */
  public static final int READER_GONE = 141;

  private Failures() {}

  public static int wrongUsage(CommandLine.ParameterException e, String[] args) {
    CommandLine line = e.getCommandLine();
    String command = line.getCommandSpec().qualifiedName();
    String message =
        switch (e) {
          case CommandLine.UnmatchedArgumentException unmatched -> unmatched(unmatched, command);
          case CommandLine.ParameterException wrong
              when wrong.getCause() instanceof InputException input ->
              input.getMessage() + ";";
          default -> OneLine.of(String.valueOf(e.getMessage())) + ";";
        };
    line.getErr().println("deed: " + message + " see " + command + " --help");
    return BAD_INPUT;
  }

  /** What a command does not know, with what its user may have meant. */
  private static String unmatched(CommandLine.UnmatchedArgumentException e, String command) {
    String first = e.getUnmatched().getFirst();
    String instead = GoneOptions.instead(command, first);
    if (instead != null) {
      return GoneOptions.name(first) + ": is gone; " + instead + ";";
    }
    Map<String, CommandLine> commands = e.getCommandLine().getSubcommands();
    Map<String, OptionSpec> options = e.getCommandLine().getCommandSpec().optionsMap();
    String kind =
        e.isUnknownOption()
            ? "is no option of " + command
            : commands.isEmpty()
                ? "is one argument too many for " + command
                : "is no command of " + command;
    String meant =
        Spelling.nearest(first, e.isUnknownOption() ? options.keySet() : commands.keySet());
    return OneLine.of(first)
        + ": "
        + kind
        + (meant == null ? ";" : "; did you mean " + meant + "?");
  }

  public static int failed(Exception e, CommandLine line, CommandLine.ParseResult result) {
    line.getErr().println("deed: " + ErrorLine.of(e));
    if (line.getParseResult().hasMatchedOption("--stacktrace")) {
      e.printStackTrace(line.getErr());
    }
    return switch (e) {
      case InputException _ -> BAD_INPUT;
      case CancellationException _ -> STOPPED;
      default -> FAILED;
    };
  }

  /** An error of the JVM, or of standard output, of which commands know nothing. */
  public static int failed(Error e, CommandLine line) {
    if (e instanceof OutputFailure output && output.readerGone()) {
      return READER_GONE;
    }
    line.getErr()
        .println("deed: " + (e instanceof OutputFailure ? e.getMessage() : ErrorLine.of(e)));
    CommandLine.ParseResult result = line.getParseResult();
    while (result.hasSubcommand()) {
      result = result.subcommand();
    }
    if (result.hasMatchedOption("--stacktrace")) {
      e.printStackTrace(line.getErr());
    }
    return FAILED;
  }

  /** Options that are gone, for one version, and what to take in their place. */
  private static final class GoneOptions {
    private static final String LINES =
        "deed generate --input FILE --output FILE --resume answers many lines";

    private static final Map<String, String> INSTEAD =
        Map.of("deed serve --files", LINES, "deed serve --files-quota", LINES);

    private GoneOptions() {}

    /**
     * What to take in the place of an argument; null for one that never was an option.
     *
     * @param command as its help names it
     */
    static @Nullable String instead(String command, String argument) {
      return INSTEAD.get(command + " " + name(argument));
    }

    /** An option without its value. */
    static String name(String argument) {
      return argument.split("=", 2)[0];
    }
  }
}
