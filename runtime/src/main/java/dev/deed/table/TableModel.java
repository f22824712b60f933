package dev.deed.table;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.Input;
import dev.deed.ModelInternals;
import dev.deed.files.Interruption;
import dev.deed.model.front.BoxHead;
import dev.deed.model.front.TableFront;
import dev.deed.processing.picture.Picture;
import dev.deed.processing.picture.TableImageProcessor;
import dev.deed.processing.table.TableTag;
import dev.deed.processing.table.TaggedTable;
import dev.deed.value.InputException;
import java.util.List;
import java.util.Locale;

/** A model that reads tables. Safe for use from many threads. */
final class TableModel {
  private static final String DAMAGED = "its weights are damaged; fetch it again";

  private final ModelInternals internals;
  private final TableFront front;
  private final TableImageProcessor pictures;

  private TableModel(ModelInternals internals, TableFront front, TableImageProcessor pictures) {
    this.internals = internals;
    this.front = front;
    this.pictures = pictures;
  }

  /**
   * @param model stays the caller's
   * @throws InputException when it reads no tables
   */
  static TableModel of(EncoderDecoderModel model) {
    ModelInternals internals = model.internals();
    if (internals.spec().encoder().front() instanceof TableFront front
        && internals.images() instanceof TableImageProcessor pictures) {
      return new TableModel(internals, front, pictures);
    }
    throw new InputException(
        internals.folder().path().toString(),
        "reads no tables",
        "give the folder of a TableFormer, which holds tm_config.json");
  }

  /** The tokens of tags; -1 for one that the model lacks. */
  List<Integer> tokens(List<String> names) {
    return names.stream().map(front.tags()::indexOf).toList();
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
   * @param whole whether the last tag stays where a limit cut the answer off; the reference drops
   *     it like the end
   * @throws InputException when the model computes what is no number, or emits what is no tag
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  TaggedTable structure(Input input, Generation answer, boolean whole) {
    List<Integer> tokens = answer.tokenIds();
    List<String> emitted = tokens.stream().map(front.tags()::get).toList();
    KeptSteps kept = KeptSteps.of(emitted);
    int[] prefix = internals.decoderPrefix(input);
    int before = prefix.length - 1;
    int[] inputs = ModelInternals.decoderInputs(prefix, tokens);
    int[] steps = kept.steps().stream().mapToInt(step -> before + step).toArray();
    BoxHead.Found found = internals.boxes(input, inputs, steps);
    for (float side : found.boxes()) {
      InputException.require(
          Float.isFinite(side), "model", "finds boxes that are no numbers", DAMAGED);
    }
    int tags = tokens.size() - (whole && !emitted.contains("<end>") ? 0 : 1);
    return kept.merged(
        emitted.stream().limit(Math.max(0, tags)).map(TableModel::tag).toList(),
        found.boxes(),
        found.best());
  }

  private static TableTag tag(String name) {
    try {
      return TableTag.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new InputException(
          "model",
          "emits \"" + name + "\", which is no tag of a table",
          "leave out drawing, or set table_grammar; else its weights are damaged: fetch it again");
    }
  }
}
