package dev.deed.speech;

import dev.deed.EncoderDecoderModel;
import dev.deed.decode.SourceAttention.Head;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.StackSpec;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The heads of cross-attention that follow what is said: {@code alignment_heads} in {@code
 * generation_config.json}; without it all heads of the upper half of the layers, as OpenAI's
 * Whisper has it. Immutable.
 *
 * @param heads at least one, in the order of their layers
 * @param filter steps of the median filter over their weights, odd
 */
record AlignmentHeads(List<Head> heads, int filter) {
  private static final String KEY = "alignment_heads";
  private static final String FILTER = "median_filter_width";
  private static final int WIDEST = 99;

  /**
   * @throws InputException when the folder states heads that the model lacks, or an even filter
   */
  static AlignmentHeads of(EncoderDecoderModel model) {
    ModelFolder folder = model.internals().folder();
    StackSpec stack = folder.spec().decoder().stack();
    Map<String, Object> stated = model.generationDefaults();
    int filter = folder.config().integer(FILTER, 7, 1, WIDEST);
    if (filter % 2 == 0) {
      throw folder.config().wrong(FILTER, "must be odd");
    }
    return new AlignmentHeads(
        stated.containsKey(KEY)
            ? stated(stated.get(KEY), stack, folder.path().toString())
            : upperHalf(stack),
        filter);
  }

  private static List<Head> upperHalf(StackSpec stack) {
    List<Head> heads = new ArrayList<>();
    for (int layer = stack.layers() / 2; layer < stack.layers(); layer++) {
      for (int head = 0; head < stack.attention().heads(); head++) {
        heads.add(new Head(layer, head));
      }
    }
    return List.copyOf(heads);
  }

  private static List<Head> stated(Object value, StackSpec stack, String folder) {
    List<Head> heads = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object one : list) {
        if (one instanceof List<?> pair
            && pair.size() == 2
            && pair.get(0) instanceof Integer layer
            && pair.get(1) instanceof Integer head
            && layer >= 0
            && layer < stack.layers()
            && head >= 0
            && head < stack.attention().heads()) {
          heads.add(new Head(layer, head));
        } else {
          throw wrong(folder, stack);
        }
      }
    }
    if (heads.isEmpty()) {
      throw wrong(folder, stack);
    }
    return heads.stream().distinct().sorted(Comparator.comparingInt(Head::layer)).toList();
  }

  private static InputException wrong(String folder, StackSpec stack) {
    return new InputException(
        folder,
        "states %s that are not pairs of one of %d layers and one of %d heads"
            .formatted(KEY, stack.layers(), stack.attention().heads()),
        "correct its generation_config.json, or take them out");
  }
}
