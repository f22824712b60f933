package dev.deed.cli.options;

import dev.deed.value.InputException;

/** Refuses numbers that an option cannot have. */
public final class OptionBounds {
  private OptionBounds() {}

  public static void requireAtLeast(String option, int value, int least) {
    InputException.require(value >= least, option, "is " + value, "give " + least + " or more");
  }

  public static void requireWithin(String option, int value, int least, int most) {
    InputException.require(
        value >= least && value <= most, option, "is " + value, "give " + least + ".." + most);
  }
}
