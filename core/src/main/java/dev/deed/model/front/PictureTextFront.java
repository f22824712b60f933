package dev.deed.model.front;

import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter.Role;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec.Embedding;
import dev.deed.tensor.ThreadPool;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Token ids, in which one token holds the places of a picture: its rows stand there in their order.
 * The picture may be missing.
 *
 * @param tokens looks the others up
 * @param ownVector token that has a vector of its own beside the table, without factor; {@link
 *     Embedding#NO_TOKEN} for none
 * @param placeholder token that keeps a place; {@link Embedding#NO_TOKEN} where the model reads
 *     text alone
 * @param picture makes the rows; null where the model reads text alone
 */
public record PictureTextFront(
    TokenFront tokens, int ownVector, int placeholder, @Nullable PicturePlaces picture)
    implements EncoderFront {
  @Override
  public Set<Part> reads() {
    return tokens.reads();
  }

  @Override
  public Set<Part> mayRead() {
    return picture == null ? Set.of() : picture.reads();
  }

  @Override
  public int vocabulary() {
    return tokens.vocabulary();
  }

  @Override
  public int layers() {
    return picture == null ? 0 : picture.layers();
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    if (ownVector != Embedding.NO_TOKEN) {
      parameters.add(Names.ENCODER.ownVector(), Role.LEARNED_TOKEN, stack.width());
    }
    if (picture != null) {
      picture.declare(parameters, stack);
    }
  }

  /** Rows of an input's picture, each of which takes a place among the tokens; 0 without one. */
  public int rows(EncoderInput input) {
    return picture == null || !input.has(Part.PIXELS) ? 0 : picture.rows(input);
  }

  /**
   * Refuses tokens that do not keep as many places as a picture has rows.
   *
   * @param rows 0 where there is no picture
   */
  public void requirePlaces(int[] ids, int rows) {
    long places = Arrays.stream(ids).filter(id -> id == placeholder).count();
    InputException.require(
        places == rows,
        "the tokens",
        rows == 0
            ? "keep places of a picture (token %d), and there is none".formatted(placeholder)
            : "keep %d places of a picture (token %d) that has %d rows"
                .formatted(places, placeholder, rows),
        "give an image and a prompt, which gets the places that it needs");
  }

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    Weights words = tokens.read(source, stack, shared);
    Weights pixels = picture == null ? null : picture.read(source, stack, shared);
    float[] own =
        ownVector == Embedding.NO_TOKEN
            ? new float[0]
            : source.tensor(Names.ENCODER.ownVector()).toFloats();
    return (input, pool) -> embed(input, words, pixels, own, pool);
  }

  private Embedded embed(
      EncoderInput input, Weights words, @Nullable Weights pixels, float[] own, ThreadPool pool) {
    int[] ids = input.tokens(vocabulary());
    int rows = rows(input);
    requirePlaces(ids, rows);
    float[] placed = pixels == null || rows == 0 ? own : pixels.embed(input, pool).hidden();
    Embedded all = words.embed(input, pool);
    int width = all.hidden().length / ids.length;
    int next = 0;
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == placeholder) {
        System.arraycopy(placed, next++ * width, all.hidden(), i * width, width);
      } else if (ids[i] == ownVector) {
        System.arraycopy(own, 0, all.hidden(), i * width, width);
      }
    }
    return all;
  }
}
