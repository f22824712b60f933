package dev.deed;

import dev.deed.checkpoint.Config;
import dev.deed.decode.draft.DraftDecoder;
import dev.deed.decode.draft.DraftPrices;
import dev.deed.files.NamedPath;
import dev.deed.model.Decoder;
import dev.deed.model.Encoder;
import dev.deed.model.HeadBasis;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.Names;
import dev.deed.model.spec.Parameter;
import dev.deed.model.spec.ParameterTable;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.settings.GenerationDefaults;
import dev.deed.tensor.NotFiniteException;
import dev.deed.value.GenerationSetting;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A smaller model that drafts for another one. Its decoder is held in int8 where that saves
 * anything. Immutable.
 *
 * @param encoder its own; null where it reads what the other model's encoder makes
 */
record ModelAssistant(
    DraftDecoder.Assistant decoder, @Nullable Encoder encoder, DraftPrices prices) {
  private static final String FIELD = "assistant";

  /**
   * The assistant that options name, else the model's {@code config.json}; null where neither does.
   *
   * @param model that it drafts for, still open
   * @param verifying its decoder
   * @param reads how its inputs are read
   * @param defaults what its folder states of generation
   * @throws InputException when the folder cannot be used, or the two do not go together
   */
  static @Nullable ModelAssistant of(
      OpenOptions options,
      ModelFolder model,
      Decoder verifying,
      EncoderInputs reads,
      GenerationDefaults defaults) {
    Config config = model.config();
    String what = config.origin() + ": " + FIELD;
    Path named = config.has(FIELD) ? NamedPath.in(model.path(), what, config.text(FIELD)) : null;
    Path path = options.assistant() == null ? named : options.assistant();
    if (path == null) {
      return null;
    }
    try (ModelFolder own = ModelFolder.open(path, model.precision(), null, model.memory())) {
      requireSame(own, model, reads, defaults);
      Decoder whole = new Decoder(own.spec(), own);
      boolean shares = sharesEncoder(own, model);
      if (!shares) {
        requireReadsAlike(own, model, reads);
      }
      boolean narrows = own.precision().bytes() > Byte.BYTES;
      Decoder drafting = narrows ? whole.narrow(HeadBasis.read(own.path(), whole.width())) : whole;
      return new ModelAssistant(
          new DraftDecoder.Assistant(drafting),
          shares ? null : new Encoder(own.spec(), own, whole),
          DraftPrices.ofAssistant(
              model.spec(), model.precision(), verifying, own.spec(), drafting));
    } catch (NotFiniteException e) {
      throw refused(path, "holds a weight that is not finite", "give another model");
    } catch (OutOfMemoryError e) {
      throw refused(path, "has no room in memory", "leave it out");
    }
  }

  private static void requireSame(
      ModelFolder own, ModelFolder model, EncoderInputs reads, GenerationDefaults defaults) {
    TransformerSpec.Decoder mine = own.spec().decoder();
    TransformerSpec.Decoder theirs = model.spec().decoder();
    require(
        mine.vocabulary() == theirs.vocabulary(),
        own,
        "has %d tokens, and %s %d".formatted(mine.vocabulary(), model.path(), theirs.vocabulary()));
    try (Tokenizer tokenizer = Tokenizer.existsIn(own.path()) ? Tokenizer.open(own.path()) : null) {
      boolean alike =
          tokenizer == null || reads.tokenizer() == null
              ? tokenizer == reads.tokenizer()
              : tokenizer.hasTokensOf(reads.tokenizer());
      require(alike, own, "has not the tokens of " + model.path());
    }
    int first = start(GenerationDefaults.of(own.path(), own.config(), own.description()));
    int start = start(defaults);
    require(
        first == start,
        own,
        "begins answers with token %d, and %s with %d".formatted(first, model.path(), start));
    require(
        mine.positions().most() >= theirs.positions().most(),
        own,
        "has fewer decoder positions than " + model.path());
  }

  private static int start(GenerationDefaults defaults) {
    Object startToken = defaults.settings().get(GenerationSetting.DECODER_START_TOKEN_ID.name());
    return startToken instanceof Integer token ? token : defaults.decoderStart();
  }

  /** The other model's encoder, and its own behind that where it needs one. */
  Encoder behind(Encoder other) {
    return encoder == null ? other : other.with(encoder);
  }

  /** Whether it computes of an input what the other one does, to the bit. */
  private static boolean sharesEncoder(ModelFolder own, ModelFolder model) {
    TransformerSpec mine = own.spec();
    TransformerSpec theirs = model.spec();
    if (!mine.encoder().equals(theirs.encoder())
        || mine.decoder().bridge() != theirs.decoder().bridge()
        || mine.decoder().crossWidth() != theirs.decoder().crossWidth()) {
      return false;
    }
    List<String> names =
        new ArrayList<>(ParameterTable.of(mine.encoder()).stream().map(Parameter::name).toList());
    if (mine.encoder().front().vocabulary() > 0 && !mine.encoder().ownTable()) {
      names.add(Names.weight(Names.DECODER.embedding()));
    }
    if (mine.decoder().bridge()) {
      names.addAll(List.of(Names.weight(Names.BRIDGE), Names.bias(Names.BRIDGE)));
    }
    return names.stream()
        .allMatch(
            name ->
                own.holds(name) == model.holds(name)
                    && (!own.holds(name) || own.tensor(name).holdsTheSameAs(model.tensor(name))));
  }

  /** Both encoders get the same numbers. */
  private static void requireReadsAlike(ModelFolder own, ModelFolder model, EncoderInputs reads) {
    EncoderInputs mine = EncoderInputs.of(own, reads.tokenizer());
    require(
        mine.readers().equals(reads.readers())
            && mine.front().vocabulary() == reads.front().vocabulary()
            && own.spec().encoder().positions().most() >= model.spec().encoder().positions().most(),
        own,
        "has another encoder than %s, and reads other inputs".formatted(model.path()));
  }

  private static void require(boolean holds, ModelFolder own, String why) {
    if (!holds) {
      throw refused(own.path(), why, "give a smaller model with the same tokenizer and inputs");
    }
  }

  private static InputException refused(Path path, String why, String whatToDo) {
    return new InputException("assistant " + path, why, whatToDo);
  }
}
