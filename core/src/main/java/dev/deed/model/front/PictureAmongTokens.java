package dev.deed.model.front;

import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;

/**
 * A front that looks tokens up, and puts the rows of a picture in the places of some: its parts,
 * for a training that keeps the picture's part as it is.
 */
public interface PictureAmongTokens extends EncoderFront {
  /** Factor of a looked-up row. */
  float scale();

  /**
   * Token that has a vector of its own beside the table, without factor; {@code Embedding.NO_TOKEN}
   * for none.
   */
  int ownVector();

  /**
   * Token that stands for one row of a picture; {@code Embedding.NO_TOKEN} where the model reads
   * text alone.
   */
  int placeholder();

  /** Adds the parameters of the part that reads pictures, if there is one. */
  void declarePicture(ParameterList parameters, StackSpec stack);

  /**
   * Reads the part that reads pictures: it makes their rows, {@code [places, width]}, and looks no
   * token up.
   */
  Weights readPicture(ParameterSource source, StackSpec stack, Shared shared);
}
