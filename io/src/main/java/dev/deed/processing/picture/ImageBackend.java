package dev.deed.processing.picture;

/** Whose whole-number arithmetic pictures go through: results differ by a level here and there. */
public enum ImageBackend {
  /** Pillow: weights of 22 bits, and the side first that loses more where that is the height. */
  PILLOW,
  /** Torchvision on a CPU: weights that fill 16 bits, and always the width first. */
  TORCHVISION
}
