package dev.deed.cli.options;

import java.util.Map;
import java.util.Stack;
import java.util.stream.Stream;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Tells a value behind an option from a parameter: it is on, where none of its values follows. For
 * options of an enum's values, and of numbers.
 */
public final class OptionalValue implements IParameterPreprocessor {
  @Override
  public boolean preprocess(
      Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> info) {
    boolean named =
        !arguments.isEmpty()
            && (option.type().isEnum()
                ? Stream.of(option.type().getEnumConstants())
                    .anyMatch(value -> value.toString().equalsIgnoreCase(arguments.peek()))
                : arguments.peek().matches("on|off|[0-9]+"));
    if (!named && !"=".equals(info.get("separator"))) {
      arguments.push("on");
    }
    return false;
  }
}
