package dev.deed.cli;

import dev.deed.OpenOptions.Screening;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the head is asked: {@code --screen}, alone or with on, off or auto behind it. */
public final class ScreenOption {
  @Option(
      names = "--screen",
      paramLabel = "on|off|auto",
      arity = "0..1",
      preprocessor = OptionalValue.class,
      descriptionKey = "screen.screen")
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
}
