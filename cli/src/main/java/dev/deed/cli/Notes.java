package dev.deed.cli;

import dev.deed.value.OneLine;

/**
 * Notes on stderr, beside the results. Names of files and models that they quote come from others:
 * a note stays one line of bounded length, and moves no cursor.
 */
public final class Notes {
  private Notes() {}

  public static void print(String line) {
    System.err.println(OneLine.of(line));
  }
}
