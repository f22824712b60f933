package dev.deed.start;

import java.io.Console;
import java.io.IOException;
import java.util.List;

/**
 * What ends this JVM is for the one that it started. {@code sun.misc.Signal} is not imported:
 * javadoc warns of the import, and a release stops at a warning.
 */
final class Signals {
  private Signals() {}

  /** Passes signals on. What a terminal sends, it sends to both. */
  static void forward(Process child) {
    Console console = System.console();
    boolean terminal = console != null && console.isTerminal();
    handle("TERM", child::destroy);
    for (String name : List.of("INT", "HUP")) {
      handle(
          name,
          () -> {
            if (!terminal) {
              send(name, child);
            }
          });
    }
  }

  private static void handle(String name, Runnable action) {
    try {
      sun.misc.Signal.handle(new sun.misc.Signal(name), signal -> action.run());
    } catch (IllegalArgumentException e) {
      // A system without this signal.
    }
  }

  private static void send(String name, Process child) {
    try {
      // The shell's own: a bare system has no program of that name.
      new ProcessBuilder("sh", "-c", "kill -s " + name + " " + child.pid()).start();
    } catch (IOException e) {
      child.destroy();
    }
  }
}
