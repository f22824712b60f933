package dev.deed.cli.options;

import dev.deed.OpenOptions.Screening;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.util.Map;
import java.util.Stack;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How the head is asked: {@code --screen}, alone or with on, off or auto behind it. */
public final class ScreenOption {
  @Option(
      names = "--screen",
      paramLabel = "on|off|auto",
      arity = "0..1",
      preprocessor = ValueOrModel.class,
      description =
          "Ask an int8 copy of the head first, and the head only where that cannot tell: the same"
              + " tokens and exits, faster where the vocabulary is large. on, or nothing behind it:"
              + " always; confidences and log-probabilities are estimates then. auto: for drafts of"
              + " lossless exits and answers without log-probabilities, where the head is large."
              + " off: never (default: auto).")
  public Screening which = Screening.AUTO;

  /** Whether every look-up is to be screened. */
  public boolean isOn() {
    return which == Screening.ON;
  }

  /** Whether a copy of int8 is narrower than the head itself. */
  public static boolean suits(WeightPrecision precision) {
    return precision == WeightPrecision.FP32 || precision == WeightPrecision.BF16;
  }

  /**
   * @param precision that was asked for; null: the folder's own, which its opening checks
   */
  public void requireSuited(@Nullable WeightPrecision precision) {
    InputException.require(
        !isOn() || precision == null || suits(precision),
        "--screen",
        "needs a head that is wider than int8",
        "leave it out, or choose fp32 or bf16");
  }

  /** Tells a value behind the option from the model: it is on, where none of its values follows. */
  static final class ValueOrModel implements IParameterPreprocessor {
    @Override
    public boolean preprocess(
        Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      boolean named =
          !arguments.isEmpty()
              && Stream.of(Screening.values())
                  .anyMatch(value -> value.label().equalsIgnoreCase(arguments.peek()));
      if (!named && !"=".equals(info.get("separator"))) {
        arguments.push(Screening.ON.label());
      }
      return false;
    }
  }
}
