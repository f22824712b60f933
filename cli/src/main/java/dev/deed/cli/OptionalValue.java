package dev.deed.cli;

import java.util.Map;
import java.util.Stack;
import java.util.function.Predicate;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Tells a value behind an option from a parameter: it is on, where none of its values follows.
 *
 * @param isValue whether a text is one
 */
public record OptionalValue(Predicate<String> isValue) implements IParameterPreprocessor {
  /** That is on, off or auto. */
  public OptionalValue() {
    this(text -> text.matches("(?i)on|off|auto"));
  }

  @Override
  public boolean preprocess(
      Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> info) {
    boolean named = !arguments.isEmpty() && isValue.test(arguments.peek());
    if (!named && !"=".equals(info.get("separator"))) {
      arguments.push("on");
    }
    return false;
  }
}
