package dev.deed.lab.rendering.pages;

import java.util.Locale;

/** What tells elements of one kind and colour apart. */
enum Look {
  /** Of buttons: ends are half circles. */
  ROUND,
  /** Of buttons: corners. */
  SQUARE,
  /** Of check boxes. */
  TICKED,
  /** Of check boxes. */
  EMPTY;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
