package dev.deed.model.family;

/** Bounds of configuration values, far above real models, so that products stay within an int. */
final class Limits {
  static final int WIDTH = 1 << 15;
  static final int LAYERS = 1 << 10;
  static final int HEADS = 1 << 10;
  static final int VOCABULARY = 1 << 22;
  static final int POSITIONS = 1 << 20;

  /** Numbers of a table that is computed, not read: 128 MiB. */
  static final int SINES = 1 << 25;

  static final int PIXELS = 1 << 13;

  private Limits() {}
}
