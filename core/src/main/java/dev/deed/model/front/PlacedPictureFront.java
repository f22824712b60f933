package dev.deed.model.front;

import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.ParameterList;
import dev.deed.model.spec.ParameterSource;
import dev.deed.model.spec.StackSpec;
import dev.deed.model.spec.TransformerSpec.Embedding;
import dev.deed.tensor.WorkerTeam;
import dev.deed.value.InputException;
import java.util.Set;

/**
 * Token ids, in which one token holds the places of a picture: its rows stand there in their order.
 * The picture may be missing.
 *
 * @param tokens looks the others up
 * @param placeholder id of that token
 * @param picture makes the rows
 */
public record PlacedPictureFront(TokenFront tokens, int placeholder, PicturePlaces picture)
    implements PictureAmongTokens {
  @Override
  public Set<Part> reads() {
    return tokens.reads();
  }

  @Override
  public Set<Part> mayRead() {
    return picture.reads();
  }

  @Override
  public int vocabulary() {
    return tokens.vocabulary();
  }

  @Override
  public int mediaPositions() {
    return picture.mediaPositions();
  }

  @Override
  public int layers() {
    return picture.layers();
  }

  @Override
  public float scale() {
    return tokens.scale();
  }

  @Override
  public int ownVector() {
    return Embedding.NO_TOKEN;
  }

  @Override
  public void declare(ParameterList parameters, StackSpec stack) {
    declarePicture(parameters, stack);
  }

  @Override
  public void declarePicture(ParameterList parameters, StackSpec stack) {
    picture.declare(parameters, stack);
  }

  @Override
  public Weights readPicture(ParameterSource source, StackSpec stack, Shared shared) {
    return picture.read(source, stack, shared);
  }

  @Override
  public Weights read(ParameterSource source, StackSpec stack, Shared shared) {
    Weights words = tokens.read(source, stack, shared);
    Weights pixels = readPicture(source, stack, shared);
    return (input, team) -> embed(input, words, pixels, team);
  }

  private Embedded embed(EncoderInput input, Weights words, Weights pixels, WorkerTeam team) {
    int places = places(input.tokens(vocabulary()));
    boolean given = input.has(Part.PIXELS);
    if (!given && places == 0) {
      return words.embed(input, team);
    }
    // Told before the picture is looked at, where it can be.
    InputException.require(
        given, "input_ids", "holds places of a picture, and there is none", "give an image");
    InputException.require(
        places > 0,
        "input_ids",
        "holds no token %d, which keeps the places of the picture".formatted(placeholder),
        "put one for each of its rows in front of the text");
    Embedded rows = pixels.embed(input, team);
    InputException.require(
        rows.positions() == places,
        "input_ids",
        "holds the token %d %d times, the picture has %d rows"
            .formatted(placeholder, places, rows.positions()),
        "put one for each of its rows in front of the text");
    Embedded all = words.embed(input, team);
    int width = all.hidden().length / all.positions();
    int[] ids = input.tokens(vocabulary());
    int next = 0;
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == placeholder) {
        System.arraycopy(rows.hidden(), next++ * width, all.hidden(), i * width, width);
      }
    }
    return all;
  }

  private int places(int[] ids) {
    int count = 0;
    for (int id : ids) {
      count += id == placeholder ? 1 : 0;
    }
    return count;
  }
}
