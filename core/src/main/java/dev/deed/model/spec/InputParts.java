package dev.deed.model.spec;

import dev.deed.checkpoint.Config;
import dev.deed.model.spec.EncoderInput.Part;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The parts that inputs of a model have. A folder can ask for parts that its architecture can do
 * without, but its weights were never trained without.
 *
 * @param required what an input must hold
 * @param optional what it may hold besides
 * @param words whether the folder names the tokens among what it asks for: then a blank text is
 *     none
 */
public record InputParts(Set<Part> required, Set<Part> optional, boolean words) {
  private static final String REQUIRED = "required_inputs";

  public InputParts {
    required = Set.copyOf(required);
    optional = Set.copyOf(optional);
  }

  /**
   * What a front reads, and which of that the {@code required_inputs} of a {@code config.json}
   * demand, by the names of Transformers.
   *
   * @throws dev.deed.value.InputException when they name what the model does not read
   */
  public static InputParts of(EncoderFront front, Config config) {
    Set<Part> optional = EnumSet.noneOf(Part.class);
    optional.addAll(front.mayRead());
    Set<Part> required = EnumSet.noneOf(Part.class);
    required.addAll(front.reads());
    optional.removeAll(required);
    for (String name : config.texts(REQUIRED)) {
      Part part = Part.named(name);
      if (part == null || !(required.contains(part) || optional.remove(part))) {
        List<String> known =
            EnumSet.allOf(Part.class).stream()
                .filter(each -> front.reads().contains(each) || front.mayRead().contains(each))
                .map(Part::tensorName)
                .toList();
        throw config.wrong(REQUIRED, "names an input that is none of " + known);
      }
      required.add(part);
    }
    return new InputParts(
        required, optional, config.texts(REQUIRED).contains(Part.TOKENS.tensorName()));
  }

  /** Whether an input may hold a part. */
  public boolean contains(Part part) {
    return required.contains(part) || optional.contains(part);
  }

  /** Whether an input may hold a picture. */
  public boolean readsPictures() {
    return contains(Part.PIXELS) || contains(Part.PATCHES);
  }

  /** Whether an input may hold a sound. */
  public boolean readsSounds() {
    return contains(Part.SPECTROGRAM) || contains(Part.SAMPLES);
  }

  /** The names of required parts, in a fixed order. */
  public List<String> requiredNames() {
    return names(required);
  }

  /** The names of the others, in a fixed order. */
  public List<String> optionalNames() {
    return names(optional);
  }

  private static List<String> names(Set<Part> parts) {
    return parts.stream().sorted().map(Part::tensorName).toList();
  }
}
