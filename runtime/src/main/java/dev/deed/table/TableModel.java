package dev.deed.table;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.Input;
import dev.deed.ModelInternals;
import dev.deed.Token;
import dev.deed.checkpoint.Config;
import dev.deed.files.Interruption;
import dev.deed.model.front.BoxHead;
import dev.deed.processing.image.ImageProcessor;
import dev.deed.processing.image.TableImageProcessor;
import dev.deed.processing.picture.Picture;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A model that reads tables. Safe for use from many threads. */
final class TableModel {
  private final ModelInternals internals;
  private final TableImageProcessor pictures;
  private final Map<Integer, String> tags = new HashMap<>();

  private TableModel(ModelInternals internals, TableImageProcessor pictures) {
    this.internals = internals;
    this.pictures = pictures;
    Config words = internals.folder().config().object("tags");
    words.values(List.of()).forEach((name, id) -> tags.put((Integer) id, name));
  }

  /**
   * @param model stays the caller's
   * @throws InputException when it reads no tables
   */
  static TableModel of(EncoderDecoderModel model) {
    ModelInternals internals = model.internals();
    if (internals.boxes() == null
        || !(ImageProcessor.find(internals.folder().path()).orElse(null)
            instanceof TableImageProcessor pictures)) {
      throw new InputException(
          internals.folder().path().toString(),
          "reads no tables",
          "give the folder of a TableFormer, which holds tm_config.json");
    }
    return new TableModel(internals, pictures);
  }

  /** The tokens of tags. */
  List<Integer> tokens(List<String> names) {
    Config words = internals.folder().config().object("tags");
    return names.stream().map(name -> words.integer(name, 0, Integer.MAX_VALUE)).toList();
  }

  /**
   * A page whose tables are to be read.
   *
   * @throws InputException when its sides are too unequal
   * @throws java.util.concurrent.CancellationException when nobody wants it any more
   */
  TablePage page(Picture picture, Interruption interruption) {
    return new TablePage(
        picture.width(),
        picture.height(),
        pictures.resize(picture, interruption),
        pictures,
        internals,
        interruption);
  }

  /**
   * The structure and the boxes of a table, at full depth whatever layers the answer's tokens left:
   * they run through the decoder once more, as one block.
   *
   * @param input what the table was read from, of a {@link TablePage}
   * @param answer to it
   * @throws InputException when the model computes what is no number
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  TableStructure structure(Input input, Generation answer) {
    int[] prefix = internals.decoderPrefix(input);
    List<Token> tokens = answer.tokens();
    List<String> emitted = new ArrayList<>();
    tokens.forEach(token -> emitted.add(name(token.id())));
    List<String> all = new ArrayList<>(List.of(name(prefix[0])));
    all.addAll(emitted);
    KeptSteps kept = KeptSteps.of(emitted);
    int before = prefix.length - 1;
    int[] inputs = Arrays.copyOf(prefix, before + tokens.size());
    for (int i = prefix.length; i < inputs.length; i++) {
      inputs[i] = tokens.get(i - prefix.length).id();
    }
    int[] steps = kept.steps().stream().mapToInt(step -> before + step).toArray();
    BoxHead.Found found = internals.boxes(input, inputs, steps);
    for (float side : found.boxes()) {
      InputException.require(
          Float.isFinite(side),
          "model",
          "finds boxes that are no numbers",
          "its weights are damaged; fetch it again");
    }
    return kept.merged(all, found.boxes(), found.best(), answer);
  }

  private String name(int token) {
    return tags.getOrDefault(token, "<" + token + ">");
  }
}
