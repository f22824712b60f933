package dev.deed.cli;

import dev.deed.OpenOptions;
import dev.deed.value.WeightPrecision;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How weights are held: {@code --precision}. */
public final class PrecisionOption {
  private static final String AUTO = "auto";

  @Option(
      names = "--precision",
      paramLabel = "NAME",
      converter = Name.class,
      descriptionKey = "precision.precision")
  @Nullable String name;

  /** Refuses what is no name; one that an earlier state of this version took with its reason. */
  static final class Name implements ITypeConverter<String> {
    private static final List<String> ALL =
        Stream.concat(
                Arrays.stream(WeightPrecision.values()).map(WeightPrecision::label),
                Stream.of(AUTO))
            .toList();

    @Override
    public String convert(String text) {
      String name = text.toLowerCase(Locale.ROOT);
      if (!ALL.contains(name)) {
        throw new TypeConversionException("'" + text + "' is none of " + String.join(", ", ALL));
      }
      return name;
    }
  }

  /** Whether anything was asked for. */
  public boolean isStated() {
    return name != null;
  }

  /** The precision that was named; null: none, or what is fastest. */
  public @Nullable WeightPrecision named() {
    return name == null || name.equals(AUTO)
        ? null
        : WeightPrecision.valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** The options with the precision that was asked for; what {@code auto} chose is told. */
  public OpenOptions applyTo(OpenOptions options, Path model, OutputOptions output) {
    if (!AUTO.equals(name)) {
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
