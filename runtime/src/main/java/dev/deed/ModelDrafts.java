package dev.deed;

import dev.deed.decode.draft.DraftPrices;
import dev.deed.decode.draft.LearningDrafts;
import dev.deed.model.Decoder;
import dev.deed.model.HeadBasis;
import dev.deed.model.family.ModelFolder;
import dev.deed.tensor.NotFiniteException;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Drafts by a model's own layers, or by a copy of its decoder in int8. The copy is made for the
 * first request that asks for such drafts, on its thread, and stays. Safe for use from many
 * threads.
 */
final class ModelDrafts {
  private final ModelFolder folder;
  private final Decoder wide;
  private final boolean narrow;
  private final DraftPrices prices;
  private @Nullable NarrowCopy made;
  private @Nullable HeadBasis fitted;

  /**
   * Makes nothing yet.
   *
   * @param wide whose drafts they are
   * @param options whether there may be a copy; else own layers draft, whatever is asked for
   */
  ModelDrafts(ModelFolder folder, Decoder wide, OpenOptions options) {
    this.folder = folder;
    this.wide = wide;
    this.narrow = options.narrowDrafts();
    this.prices = DraftPrices.of(folder.spec(), folder.precision(), wide);
  }

  /**
   * Drafts whose number follows what was kept.
   *
   * @param most between verifications; 0: as many as promise the most
   * @param ngram length of what is looked for in the source; 0: nothing
   * @param isNarrow whether int8 layers are wanted
   * @param screened whether nobody reads probabilities of the tokens that full depth takes
   * @throws InputException when there can be none
   */
  LearningDrafts learning(int most, int ngram, boolean isNarrow, boolean screened) {
    NarrowCopy copy = isNarrow ? narrowCopy() : null;
    DraftPrices own = copy == null ? prices : copy.prices;
    return new LearningDrafts(
        most,
        ngram,
        List.of(),
        screened && wide.head().screen() != null ? own.withScreenedVerification() : own,
        copy == null ? null : copy.decoder);
  }

  /** A decoder that drafts, and the prices of its drafts. */
  private record NarrowCopy(Decoder decoder, DraftPrices prices) {}

  /**
   * The copy that drafts; null where there may be none, or where the model is held as narrow
   * already, so that a copy saves nothing.
   *
   * @throws InputException when a weight is not finite, or there is no room
   */
  private synchronized @Nullable NarrowCopy narrowCopy() {
    WeightPrecision precision = folder.precision();
    if (made == null && narrow && precision.bytes() > Byte.BYTES) {
      Decoder copy = copy();
      made = new NarrowCopy(copy, DraftPrices.ofNarrow(folder.spec(), precision, copy));
    }
    return made;
  }

  /** Takes a basis in place of the folder's. */
  synchronized void use(HeadBasis basis) {
    fitted = basis;
    made = null;
  }

  /** The basis that it was given; null: none. */
  synchronized @Nullable HeadBasis fitted() {
    return fitted;
  }

  private Decoder copy() {
    try {
      return wide.narrow(fitted == null ? HeadBasis.read(folder.path(), wide.width()) : fitted);
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
