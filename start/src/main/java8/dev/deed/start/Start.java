package dev.deed.start;

/** {@code java -jar deed.jar} on a Java that is too old: the other class of this name is for 25. */
public final class Start {
  private Start() {}

  /** Says so in one line; the exit code is 2. */
  public static void main(String[] arguments) {
    System.err.println(
        "deed: Java "
            + System.getProperty("java.version")
            + ": is too old; run it with Java 25 or newer: /path/to/java -jar deed.jar");
    System.exit(2);
  }
}
