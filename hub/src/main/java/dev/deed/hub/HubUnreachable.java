package dev.deed.hub;

import java.io.IOException;

/** The hub, or where it keeps a file, cannot be reached now, or does not answer as a hub does. */
final class HubUnreachable extends IOException {
  private static final long serialVersionUID = 1;

  HubUnreachable(String message) {
    super(message);
  }

  /** The same failure in words: some of the JDK's carry none. */
  HubUnreachable(IOException e) {
    super(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage(), e);
  }
}
