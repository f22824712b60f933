package dev.deed;

import dev.deed.decode.SearchStrategy;
import dev.deed.decode.draft.DraftDecoder;
import dev.deed.decode.draft.DraftPrices;
import dev.deed.decode.draft.LearningDrafts;
import dev.deed.decode.draft.PromptLookup;
import dev.deed.model.Decoder;
import dev.deed.model.HeadBasis;
import dev.deed.model.family.ModelFolder;
import dev.deed.tensor.NotFiniteException;
import dev.deed.value.DraftPrecision;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.InputException;
import dev.deed.value.WeightPrecision;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Drafts by a model's own layers, by a copy of its decoder in int8, or by an assistant. The copy is
 * made for the first request that asks for such drafts, on its thread, and stays. Safe for use from
 * many threads.
 */
final class ModelDrafts {
  private final ModelFolder folder;
  private final Decoder wide;
  private final boolean narrow;
  private final DraftPrices prices;
  private final @Nullable ModelAssistant assistant;
  private @Nullable Drafts made;
  private @Nullable HeadBasis fitted;

  /**
   * Makes nothing yet.
   *
   * @param wide whose drafts they are
   * @param options whether there may be a copy; else own layers draft, whatever is asked for
   * @param assistant drafts in place of both; null: there is none
   */
  ModelDrafts(
      ModelFolder folder, Decoder wide, OpenOptions options, @Nullable ModelAssistant assistant) {
    this.folder = folder;
    this.wide = wide;
    this.narrow = options.narrowDrafts();
    this.prices = DraftPrices.of(folder.spec(), folder.precision(), wide);
    this.assistant = assistant;
  }

  /**
   * What is meant where somebody states these exits: an assistant implies lossless ones, unless a
   * policy is named, or they are switched off.
   */
  ExitSettings implied(ExitSettings given) {
    return assistant != null
            && given.get(ExitSetting.LOSSLESS) == null
            && given.get(ExitSetting.POLICY) == null
        ? given.with(ExitSetting.LOSSLESS, true)
        : given;
  }

  boolean isAssisted() {
    return assistant != null;
  }

  /** The same for a search; beams have no drafts. */
  ExitSettings implied(GenerationOptions options, SearchStrategy chosen) {
    ExitSettings given = options.impliedExits();
    return chosen instanceof SearchStrategy.Beam ? given : implied(given);
  }

  /**
   * A search that verifies drafts, whose number follows what was kept; without texts that they are
   * copied from.
   *
   * @param exits those in force
   * @param chosen how tokens are chosen
   * @throws InputException when there can be none
   */
  SearchStrategy.Verified verified(
      GenerationOptions options, ExitSettings exits, SearchStrategy chosen) {
    Drafts by = by(exits);
    boolean nobodyReads =
        chosen instanceof SearchStrategy.Greedy
            && !options.logProbabilities()
            && options.alternatives() == 0;
    LearningDrafts drafts =
        new LearningDrafts(
            Objects.requireNonNullElse(exits.get(ExitSetting.DRAFT_TOKENS), 0),
            Objects.requireNonNullElse(exits.get(ExitSetting.DRAFT_NGRAMS), 0),
            List.of(),
            nobodyReads && wide.head().screen() != null
                ? by.prices.withScreenedVerification()
                : by.prices,
            by.decoder);
    return new SearchStrategy.Verified(chosen, drafts);
  }

  /** What drafts of such exits cost. */
  DraftPrices prices(ExitSettings exits) {
    return by(exits).prices;
  }

  private Drafts by(ExitSettings exits) {
    if (assistant != null) {
      return new Drafts(assistant.decoder(), assistant.prices());
    }
    boolean isNarrow = exits.get(ExitSetting.DRAFT_PRECISION) == DraftPrecision.INT8;
    Drafts copy = isNarrow ? narrowCopy() : null;
    return copy == null ? new Drafts(null, prices) : copy;
  }

  /** The search with a text that its drafts are copied from; null: the same search. */
  static SearchStrategy withText(SearchStrategy strategy, @Nullable PromptLookup text) {
    return text != null
            && strategy
                instanceof SearchStrategy.Verified(SearchStrategy chains, LearningDrafts drafts)
        ? new SearchStrategy.Verified(chains, drafts.withText(text))
        : strategy;
  }

  /** The search whose n-grams are also those of the encoder's input; null: it reads no tokens. */
  static SearchStrategy withSource(SearchStrategy strategy, int @Nullable [] source) {
    return source != null
            && strategy instanceof SearchStrategy.Verified(_, LearningDrafts drafts)
            && drafts.ngram() > 0
        ? withText(
            strategy, PromptLookup.source(Arrays.stream(source).boxed().toList(), drafts.ngram()))
        : strategy;
  }

  /** Who drafts, and the prices of these drafts. */
  private record Drafts(@Nullable DraftDecoder decoder, DraftPrices prices) {}

  /**
   * The copy that drafts; null where there may be none, or where the model is held as narrow
   * already, so that a copy saves nothing.
   *
   * @throws InputException when a weight is not finite, or there is no room
   */
  private synchronized @Nullable Drafts narrowCopy() {
    WeightPrecision precision = folder.precision();
    if (made == null && narrow && precision.bytes() > Byte.BYTES) {
      Decoder copy = copy();
      made =
          new Drafts(
              new DraftDecoder.Narrow(copy), DraftPrices.ofNarrow(folder.spec(), precision, copy));
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
