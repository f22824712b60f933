package dev.deed;

import dev.deed.decode.draft.DraftPrices;
import dev.deed.model.Decoder;
import dev.deed.model.family.ModelFolder;
import dev.deed.tensor.NotFiniteException;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import org.jspecify.annotations.Nullable;

/**
 * The copy of a model's decoder in int8 that makes drafts, and what they cost. It is made for the
 * first request that asks for such drafts, on its thread, and stays. Safe for use from many
 * threads.
 */
final class NarrowDrafts {
  private final ModelFolder folder;
  private final Decoder wide;
  private @Nullable Drafter made;

  /**
   * Makes nothing yet.
   *
   * @param wide whose drafts they are
   */
  NarrowDrafts(ModelFolder folder, Decoder wide) {
    this.folder = folder;
    this.wide = wide;
  }

  /** A decoder that drafts, and the prices of its drafts. */
  record Drafter(Decoder decoder, DraftPrices prices) {}

  /**
   * The drafter; null where the model is held as narrow already, so that a copy saves nothing.
   *
   * @throws InputException when a weight is not finite, or there is no room
   */
  synchronized @Nullable Drafter drafter() {
    WeightPrecision precision = folder.precision();
    if (made == null && precision.bytes() > Byte.BYTES) {
      Decoder narrow = narrow();
      made = new Drafter(narrow, DraftPrices.ofNarrow(folder.spec(), precision, narrow));
    }
    return made;
  }

  private Decoder narrow() {
    try {
      return wide.narrow();
    } catch (NotFiniteException e) {
      throw failure("holds a weight that is not finite, which int8 cannot hold");
    } catch (OutOfMemoryError e) {
      throw failure("leaves no memory for a copy of the decoder in int8");
    }
  }

  private InputException failure(String why) {
    return new InputException(folder.path().toString(), why, "leave the draft precision int8 out")
        .about("draft_precision");
  }
}
