package dev.deed;

import dev.deed.checkpoint.Config;
import dev.deed.checkpoint.InputException;
import dev.deed.decode.Confidence;
import dev.deed.decode.ExitPolicy;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.ExitSpec;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An exit policy as users write it, in options, lines of input and tables of policies. Immutable;
 * what is null was not said.
 *
 * @param name {@code full}, {@code static}, or a confidence such as {@code max_prob}; null: the
 *     model's own policy
 * @param threshold any real number; null: the model's own where it measures the same confidence,
 *     else {@value #DEFAULT_THRESHOLD}
 * @param exitAt the layer of {@code static}, from 1; other policies have no use for it
 */
public record PolicyChoice(
    @Nullable String name, @Nullable Double threshold, @Nullable Integer exitAt) {
  /**
   * @throws InputException when the name is no policy
   */
  public PolicyChoice {
    if (name != null
        && !name.equals("full")
        && !name.equals("static")
        && Confidence.named(name) == null) {
      throw new InputException(
          "policy \"" + name + "\"",
          "is unknown",
          "use full, static, max_prob, margin, entropy, similarity or gate");
    }
  }

  /** Where neither the user nor the model says how sure to be. */
  public static final double DEFAULT_THRESHOLD = 0.9;

  /** The model's own policy. */
  public static PolicyChoice own() {
    return new PolicyChoice(null, null, null);
  }

  /**
   * What a model's configuration says; full depth where it says nothing.
   *
   * @throws InputException when it makes no sense
   */
  static ExitPolicy statedBy(ModelFolder folder) {
    ExitSpec exits = folder.spec().exits();
    if (exits == null || exits.policy() == null) {
      return ExitPolicy.full();
    }
    ExitSpec.Policy stated = exits.policy();
    Confidence confidence = Confidence.named(stated.confidence());
    Config config = folder.config().object("exits");
    if (confidence == null) {
      throw config.wrong("confidence", "is no confidence that DEED knows");
    }
    ExitPolicy.Asking asking = new ExitPolicy.Asking(stated.gate(), stated.shortlist());
    if (!asking.suits(confidence)) {
      throw config.wrong(
          "confidence",
          "has no use for gate_threshold (max_prob, margin and entropy have) or shortlist (max_prob"
              + " and margin have)");
    }
    return new ExitPolicy.Threshold(
        confidence, stated.threshold(), stated.decay(), asking, stated.layers());
  }

  /** What {@code over} says, and this where it says nothing. */
  public PolicyChoice overriddenBy(PolicyChoice over) {
    return new PolicyChoice(
        over.name == null ? name : over.name,
        over.threshold == null ? threshold : over.threshold,
        over.exitAt == null ? exitAt : over.exitAt);
  }

  /** Whether {@link #resolve} has all it needs, without what {@link #overriddenBy} may add. */
  public boolean isComplete(ExitPolicy own) {
    return switch (name) {
      case null -> exitAt == null && (threshold == null || own instanceof ExitPolicy.Threshold);
      case "static" -> exitAt != null;
      default -> true;
    };
  }

  /**
   * The policy that this means for a model.
   *
   * @param own the model's own, see {@link EncoderDecoderModel#defaultPolicy()}
   * @throws InputException when {@code static} has no layer, a layer has no policy, or a threshold
   *     no confidence
   */
  public ExitPolicy resolve(ExitPolicy own) {
    return switch (name) {
      case null -> resolveUnnamed(own);
      case "full" -> ExitPolicy.full();
      case "static" -> {
        if (exitAt == null) {
          throw new InputException(
              "policy static", "has no layer", "give --exit-at N (exit_at in a line)");
        }
        yield ExitPolicy.atLayer(exitAt);
      }
      default -> resolveConfidence(Objects.requireNonNull(Confidence.named(name)), own);
    };
  }

  private ExitPolicy resolveUnnamed(ExitPolicy own) {
    if (exitAt != null) {
      throw new InputException(
          "exit layer " + exitAt, "has no policy", "name the policy static with it");
    }
    if (threshold == null) {
      return own;
    }
    if (own instanceof ExitPolicy.Threshold of) {
      return of.withThreshold(threshold);
    }
    throw new InputException(
        "threshold " + threshold,
        "the model states no confidence of its own",
        "name the policy too, such as max_prob");
  }

  private ExitPolicy resolveConfidence(Confidence confidence, ExitPolicy own) {
    if (threshold == null
        && own instanceof ExitPolicy.Threshold of
        && of.confidence() == confidence) {
      return own;
    }
    return new ExitPolicy.Threshold(confidence, threshold == null ? DEFAULT_THRESHOLD : threshold);
  }
}
