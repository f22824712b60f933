package dev.deed;

/** What later steps see of positions that stopped early. */
public enum ExitHistory {
  /** Features of their own depth, computed just in time (DEED). */
  JIT,
  /** The state of the exit, copied to the deeper layers (CALM), a baseline. */
  COPY
}
