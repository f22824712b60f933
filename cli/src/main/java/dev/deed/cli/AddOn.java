package dev.deed.cli;

import java.util.List;

/**
 * Commands that come with another jar and are found on the class path (ServiceLoader), so that
 * {@code deed generate} does without the libraries of training.
 */
public interface AddOn {
  /** Commands of {@code deed}: new instances of classes that picocli runs. */
  List<Object> commands();

  /** Kinds of {@code deed convert}, likewise. */
  default List<Object> conversions() {
    return List.of();
  }
}
