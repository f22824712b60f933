package dev.deed.train;

import java.util.Random;

/** Changes an example each time it is learnt from. Stateless, so that a resumed run repeats it. */
public interface Augmentation {
  /**
   * The example to learn from instead.
   *
   * @param random a sequence of this batch alone, which its rows share in order
   */
  EncodedExample apply(EncodedExample example, Random random);

  /** Kind and strength, such as {@code shift:3}: what a resumed run must have in common. */
  String text();
}
