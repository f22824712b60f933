package dev.deed;

import dev.deed.checkpoint.Lifetime;
import dev.deed.decode.exit.ExitRule;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.TransformerSpec;
import dev.deed.processing.tokenizer.TextStream;
import dev.deed.processing.tokenizer.Tokenizer;
import org.jspecify.annotations.Nullable;

/**
 * What lies behind an opened model, for DEED's own modules: the packages of these types are not
 * exported to applications, and they change without notice.
 */
@SuppressWarnings("exports")
public final class ModelInternals {
  private final Lifetime lifetime;
  private final ModelFolder folder;
  private final @Nullable Tokenizer tokenizer;
  private final ModelExits exits;
  private final RequestPreparation preparation;

  ModelInternals(
      Lifetime lifetime,
      ModelFolder folder,
      @Nullable Tokenizer tokenizer,
      ModelExits exits,
      RequestPreparation preparation) {
    this.lifetime = lifetime;
    this.folder = folder;
    this.tokenizer = tokenizer;
    this.exits = exits;
    this.preparation = preparation;
  }

  /** The folder that was opened. */
  public ModelFolder folder() {
    lifetime.requireOpen();
    return folder;
  }

  /** The transformer that it describes. */
  public TransformerSpec spec() {
    return folder.spec();
  }

  /** The folder's tokenizer, which closes with the model; null when it has none. */
  public @Nullable Tokenizer tokenizer() {
    lifetime.requireOpen();
    return tokenizer;
  }

  /** Gives the text of one answer token by token; null when the folder holds no tokenizer. */
  public @Nullable TextStream textStream() {
    lifetime.requireOpen();
    return tokenizer == null ? null : tokenizer.stream(true);
  }

  /** Whether the model has a gate, the confidence that needs no head. */
  public boolean hasGate() {
    lifetime.requireOpen();
    return exits.decoder().hasGate();
  }

  /**
   * What exit settings come to for this model.
   *
   * @throws InputException when they lack something, or the model has no such exit, or no gate
   */
  public ExitRule exitRule(ExitSettings settings) {
    lifetime.requireOpen();
    return exits.rule(settings);
  }

  /**
   * A prepared input with another rule about exits. It may name layers that are no exits of the
   * model, which then emit through its head alone: for measuring what depth costs.
   */
  public Prepared withRule(Prepared prepared, ExitRule rule) {
    return prepared.withRule(rule);
  }

  /** What layers make of a given decoder prefix; see {@link Features}. */
  public Features features(Input input) {
    try (Lifetime.Use _ = lifetime.use()) {
      return preparation.features(input);
    }
  }
}
