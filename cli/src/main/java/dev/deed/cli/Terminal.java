package dev.deed.cli;

/** How wide lines may be. The launcher tells: the JVM cannot ask the terminal. */
public final class Terminal {
  private static final int DEFAULT = 80;
  private static final int NARROWEST = 20;

  private Terminal() {}

  /** Columns for what stdout gets: those of the terminal, 80 in a pipe or file. */
  public static int columnsOfOutput() {
    return Boolean.getBoolean("deed.stdout.terminal") ? columns() : DEFAULT;
  }

  /** Columns of the terminal; 80 where there is none, or where it says a width of no use. */
  static int columns() {
    int width = Integer.getInteger("deed.stderr.columns", DEFAULT);
    return width < NARROWEST ? DEFAULT : width;
  }
}
