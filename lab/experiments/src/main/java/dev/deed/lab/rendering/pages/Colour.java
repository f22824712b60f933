package dev.deed.lab.rendering.pages;

import java.util.Locale;

/** Colours that have a name of one word and are told apart on light ground. */
enum Colour {
  RED(0, 0.85, 0.85),
  ORANGE(0.075, 0.95, 0.95),
  YELLOW(0.145, 0.85, 0.95),
  GREEN(0.36, 0.75, 0.65),
  BLUE(0.6, 0.8, 0.85),
  PURPLE(0.77, 0.65, 0.65),
  PINK(0.92, 0.4, 1),
  BLACK(0.6, 0.15, 0.13);

  private final double hue;
  private final double saturation;
  private final double brightness;

  Colour(double hue, double saturation, double brightness) {
    this.hue = hue;
    this.saturation = saturation;
    this.brightness = brightness;
  }

  /**
   * A shade of it as RGB.
   *
   * @param shade each value from 0 to below 256 gives one of its own
   */
  int rgb(int shade) {
    double drift = (shade & 0xff) / 255.0 - 0.5;
    double turned = hue + 0.025 * drift;
    return java.awt.Color.HSBtoRGB(
        (float) (turned - Math.floor(turned)),
        (float) Math.clamp(saturation + 0.15 * drift, 0, 1),
        (float) Math.clamp(brightness - 0.1 * drift, 0, 1));
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
