package dev.deed.cli;

import dev.deed.value.InputException;

/** Refuses values that an option cannot have. */
public final class OptionBounds {
  private OptionBounds() {}

  /** Refuses a value unless {@code holds}, with advice what to give instead. */
  public static void require(boolean holds, String option, Object value, String advice) {
    InputException.require(holds, option, "is " + value, advice);
  }

  public static void requireAtLeast(String option, long value, long least) {
    require(value >= least, option, value, "give " + least + " or more");
  }

  public static void requireWithin(String option, long value, long least, long most) {
    require(value >= least && value <= most, option, value, "give " + least + ".." + most);
  }
}
