package dev.deed.train;

import java.util.Random;

/** Changes an example each time it is learnt from. Stateless, so that a resumed run repeats it. */
@FunctionalInterface
public interface Augmentation {
  /**
   * The example to learn from instead.
   *
   * @param random a sequence of this batch alone, which its rows share in order
   */
  EncodedExample apply(EncodedExample example, Random random);
}
