package dev.deed.cli.options;

import dev.deed.OpenOptions;
import dev.deed.cli.output.OutputOptions;
import dev.deed.value.WeightPrecision;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How weights are held: {@code --precision}. */
public final class PrecisionOption {
  @Option(
      names = "--precision",
      paramLabel = "NAME",
      converter = Choice.Named.class,
      description =
          "How weights are held: fp32; bf16 or int8, in half or a quarter of the memory; w8a8, int8"
              + " with inputs rounded too, for long inputs and batches; auto, what is fastest on"
              + " this processor without a loss that can be measured (default: int8 where the folder"
              + " stores it, else fp32).")
  @Nullable Choice choice;

  enum Choice {
    FP32(WeightPrecision.FP32),
    BF16(WeightPrecision.BF16),
    INT8(WeightPrecision.INT8),
    W8A8(WeightPrecision.W8A8),
    AUTO(null);

    private final @Nullable WeightPrecision held;

    Choice(@Nullable WeightPrecision held) {
      this.held = held;
    }

    /** Reads a name; one that an earlier state of this version took is refused with its reason. */
    static final class Named implements ITypeConverter<Choice> {
      @Override
      public Choice convert(String name) {
        if (name.equalsIgnoreCase("w16a16")) {
          throw new TypeConversionException(
              "w16a16 was taken out, since w8a8 is faster on every processor; take w8a8, or bf16");
        }
        return Arrays.stream(Choice.values())
            .filter(choice -> choice.name().equalsIgnoreCase(name))
            .findFirst()
            .orElseThrow(() -> new TypeConversionException("'" + name + "' is none of " + names()));
      }

      private static String names() {
        return Arrays.stream(Choice.values())
            .map(choice -> choice.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
      }
    }
  }

  /** The precision that was named; null: none, or what is fastest. */
  public @Nullable WeightPrecision named() {
    return choice == null ? null : choice.held;
  }

  /**
   * The options with the precision that was asked for. What was chosen for a model is said on
   * stderr.
   */
  public OpenOptions applyTo(OpenOptions options, Path model, OutputOptions output) {
    if (choice != Choice.AUTO) {
      return options.withPrecision(named());
    }
    OpenOptions fastest = options.withFastestPrecision(model);
    WeightPrecision precision = fastest.precision();
    if (precision != null) {
      output.note("deed: " + model + " is held in " + precision.label() + ", fastest here");
    }
    return fastest;
  }
}
