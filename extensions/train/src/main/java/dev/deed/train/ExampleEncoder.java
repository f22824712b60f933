package dev.deed.train;

import dev.deed.data.InputLine;
import dev.deed.data.LineInputs;
import dev.deed.files.Interruption;
import dev.deed.model.family.ModelDescription;
import dev.deed.model.family.ModelDescription.SpecialTokens;
import dev.deed.model.front.LayoutAwareFront;
import dev.deed.model.front.PictureFront;
import dev.deed.model.front.PictureTextFront;
import dev.deed.model.front.SpectrogramFront;
import dev.deed.model.front.TokenFront;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.model.spec.PositionSpec;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.processing.page.BoxedTokens;
import dev.deed.processing.page.OcrEncoder;
import dev.deed.processing.page.OcrPage;
import dev.deed.processing.tokenizer.DecoderPrompt;
import dev.deed.processing.tokenizer.TokenLimit;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.value.InputException;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns lines of a data set into what a model learns from. Belongs to one thread.
 *
 * @param tokens those that decoding starts and ends with
 * @param pictures null for a model that reads text
 * @param rows of pictures that stand among tokens; null for a model whose do not
 * @param sounds null for a model that reads none
 */
record ExampleEncoder(
    ModelDescription description,
    SpecialTokens tokens,
    Tokenizer tokenizer,
    @Nullable FittedPictures pictures,
    @Nullable PictureRows rows,
    @Nullable SoundRows sounds) {
  /**
   * An input with its labels; null when it is a blank picture, in which there is nothing to learn.
   *
   * @param where file and line, for errors
   * @param known what the encoder reads of this input, where an earlier line has the same; null: it
   *     is read from the line
   * @throws InputException when the line lacks what the model reads, holds what training does not
   *     know, or is too long for the model
   */
  @Nullable EncodedExample encode(
      String where, InputLine line, int[] labels, EncodedExample.@Nullable Source known) {
    refuseUnknown(where, line);
    int vocabulary = description.spec().decoder().vocabulary();
    requireTokens(where, "target", labels, vocabulary);
    int[] prompt = prompt(where, line);
    requireTokens(where, "decoder_prompt", prompt, vocabulary);
    PositionSpec decoder = description.spec().decoder().positions();
    if (decoder instanceof PositionSpec.Learned learned
        && prompt.length + labels.length > learned.size()) {
      String prefix =
          prompt.length == 0 ? "" : " behind a decoder_prompt of %d".formatted(prompt.length);
      throw new InputException(
          where,
          "has a target of %d tokens%s, the decoder has %d positions"
              .formatted(labels.length, prefix, learned.size()),
          "shorten the target or give the model more positions");
    }
    EncodedExample.Source source = known == null ? source(where, line) : known;
    return source == null ? null : new EncodedExample(source, prompt, labels);
  }

  private int[] prompt(String where, InputLine line) {
    if (sounds != null) {
      return inLine(where, () -> sounds.prefix(line));
    }
    return line.decoderPrompt() == null
        ? new int[0]
        : tokenizer.encode(line.decoderPrompt(), false);
  }

  /** A field that would change the input is refused rather than passed over. */
  private void refuseUnknown(String where, InputLine line) {
    if (sounds == null && (line.decoderInputIds() != null || !line.tensors().isEmpty())) {
      throw new InputException(
          where,
          "gives decoder_input_ids or tensors, which training does not read",
          "give prompt or image, and target");
    }
    inLine(where, () -> LineInputs.input(line));
  }

  private static <T extends @Nullable Object> T inLine(String where, Supplier<T> what) {
    try {
      return what.get();
    } catch (InputException e) {
      throw e.in(where);
    }
  }

  private static void requireTokens(String where, String what, int[] ids, int vocabulary) {
    for (int id : ids) {
      if (id < 0 || id >= vocabulary) {
        throw new InputException(
            where,
            "has the token %d in its %s, the vocabulary is 0..%d"
                .formatted(id, what, vocabulary - 1),
            "give a tokenizer that suits the model");
      }
    }
  }

  /**
   * Token ids of a line's target, the end token last. Behind a prefix of sound, which tells
   * language and task, no special token comes first.
   */
  int[] labels(String where, InputLine line, String target) {
    boolean hasStart = sounds != null && prompt(where, line).length > 1;
    int[] ids =
        DecoderPrompt.behindStart(tokenizer.encode(target, !hasStart), tokens.decoderStart());
    if (ids.length > 0 && tokens.ends().contains(ids[ids.length - 1])) {
      return ids;
    }
    int[] closed = Arrays.copyOf(ids, ids.length + 1);
    closed[ids.length] = tokens.ends().getFirst();
    return closed;
  }

  private EncodedExample.@Nullable Source source(String where, InputLine line) {
    return switch (description.spec().encoder().front()) {
      case TokenFront _ -> new EncodedExample.Source.Ids(ids(where, line, "give prompts"));
      case PictureTextFront front -> placed(where, line, Objects.requireNonNull(rows));
      case SpectrogramFront _ -> inLine(where, () -> Objects.requireNonNull(sounds).source(line));
      case LayoutAwareFront front -> page(where, line, front);
      case PictureFront front -> {
        StoredPicture picture = picture(where, line, front);
        yield picture == null ? null : new EncodedExample.Source.Image(picture);
      }
      default -> throw new IllegalArgumentException("no kind of model that is trained");
    };
  }

  private int[] ids(String where, InputLine line, String whatToDo) {
    int[] ids = line.inputIds();
    if (ids == null) {
      if (line.prompt() == null) {
        throw new InputException(where, "has no prompt", "this model reads text: " + whatToDo);
      }
      ids = tokenizer.encode(line.prompt());
    }
    requireIds(where, ids);
    return ids;
  }

  private void requireIds(String where, int[] ids) {
    TransformerSpec.Encoder encoder = description.spec().encoder();
    int most = encoder.positions().most();
    if (ids.length == 0 || ids.length > most) {
      throw new InputException(
          where,
          "has a prompt of %d tokens, the encoder reads 1..%d".formatted(ids.length, most),
          "shorten the prompt or give the model more positions");
    }
    requireTokens(where, "prompt", ids, encoder.front().vocabulary());
  }

  /** Tokens, among which a picture may stand. */
  private EncodedExample.@Nullable Source placed(String where, InputLine line, PictureRows rows) {
    EncodedExample.Source.Placed source = inLine(where, () -> rows.source(line, tokenizer));
    if (source != null) {
      requireIds(where, source.ids());
    }
    return source;
  }

  /** A page whose picture is blank still has its words; of a prompt, nothing is left. */
  private EncodedExample.@Nullable Source page(
      String where, InputLine line, LayoutAwareFront front) {
    boolean readsBoxes = front.mayRead().contains(Part.BOXES);
    OcrPage page = readsBoxes ? LineInputs.page(line) : null;
    if (page != null && line.inputIds() != null) {
      throw new InputException(
          where, "gives input_ids, whose boxes are not known", "give ocr and prompt alone");
    }
    TransformerSpec.Encoder vision = front.vision();
    StoredPicture picture = null;
    if (vision != null && vision.front() instanceof PictureFront pictures) {
      picture = page == null ? picture(where, line, pictures) : anyPicture(where, line, pictures);
      if (picture == null) {
        return null;
      }
    }
    if (page == null) {
      String whatToDo = readsBoxes ? "give prompts, or ocr with width and height" : "give prompts";
      int[] ids = ids(where, line, whatToDo);
      return new EncodedExample.Source.Page(ids, front.nowhere(ids.length), picture);
    }
    OcrEncoder encoder = new OcrEncoder(tokenizer);
    BoxedTokens boxed =
        inLine(
            where,
            () -> encoder.encode(line.prompt(), page, TokenLimit.NONE, Interruption.OF_THREAD));
    requireTokens(where, "ocr", boxed.ids(), front.vocabulary());
    int[] coordinates = inLine(where, () -> front.coordinates(boxed.boxes(front.pageSide())));
    return new EncodedExample.Source.Page(boxed.ids(), coordinates, picture);
  }

  /** The picture in a size for the model; null when it is blank, but for a margin perhaps. */
  private @Nullable StoredPicture picture(String where, InputLine line, PictureFront front) {
    StoredPicture picture = anyPicture(where, line, front);
    return Objects.requireNonNull(pictures).isBlank() ? null : picture;
  }

  private StoredPicture anyPicture(String where, InputLine line, PictureFront front) {
    if (line.image() == null) {
      throw new InputException(where, "has no image", "this model reads pictures: give images");
    }
    StoredPicture picture = Objects.requireNonNull(pictures).of(line.image());
    if (!front.takes(picture.height(), picture.width())) {
      String least = front.anySize() ? "1×1 to " : "";
      throw new InputException(
          where,
          "gives the encoder a picture of %d×%d, it reads %s%d×%d"
              .formatted(picture.width(), picture.height(), least, front.width(), front.height()),
          "let preprocessor_config.json resize to the size in config.json");
    }
    return picture;
  }
}
