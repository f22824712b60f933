package dev.deed.train;

import java.util.Random;

/** Changes an input each time it is learnt from. Stateless, so that a resumed run repeats it. */
public interface Augmentation {
  /**
   * What the encoder is to read instead.
   *
   * @param random a sequence of this batch alone, which its inputs share in order
   */
  EncodedExample.Source apply(EncodedExample.Source source, Random random);

  /** Kind and strength, such as {@code shift:3}: what a resumed run must have in common. */
  String text();
}
