package dev.deed.speech;

import dev.deed.EncoderDecoderModel;
import dev.deed.ModelInternals;
import dev.deed.decode.SourceAttention.Head;
import dev.deed.model.family.ModelFolder;
import dev.deed.model.spec.StackSpec;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.settings.SpeechTokens;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Finds when the words of a window are said. The tokens of its answer run once more through the
 * decoder, all at once, beside the engine: decoding does not wait for it. Belongs to one thread.
 */
final class WordTimes {
  private final EncoderDecoderModel model;
  private final AlignmentHeads heads;
  private final SpeechTokens tokens;
  private final Tokenizer tokenizer;
  private final SpokenWords words;

  /**
   * @throws dev.deed.value.InputException when the folder states heads that the model lacks
   */
  WordTimes(EncoderDecoderModel model, SpeechTokens tokens, Tokenizer tokenizer) {
    this.model = model;
    this.heads = AlignmentHeads.of(model);
    this.tokens = tokens;
    this.tokenizer = tokenizer;
    this.words = new SpokenWords(tokenizer);
  }

  /**
   * A word.
   *
   * @param text without blanks around it
   * @param start in steps of timestamps from the beginning of the window
   * @param end in steps
   * @param probability of its tokens, on average; NaN where nobody asked for it
   */
  record Timed(String text, int start, int end, double probability) {}

  /**
   * The words of a window's pieces, a list for each.
   *
   * @param steps of the window that the recording fills
   * @throws java.util.concurrent.CancellationException when the thread is interrupted
   */
  List<List<Timed>> of(
      EngineQuestions.Answer answer,
      List<WindowSegments.Piece> pieces,
      int steps,
      String language) {
    int[] ends = ends(answer, Math.max(1, steps));
    List<List<Timed>> all = new ArrayList<>();
    int first = 0;
    for (WindowSegments.Piece piece : pieces) {
      all.add(of(piece, first, ends, language));
      first += piece.tokens().size();
    }
    return all;
  }

  /** Where each generated token ends, which is where it begins to be what the decoder reads. */
  private int[] ends(EngineQuestions.Answer answer, int steps) {
    // The last is not fed: it is the end, or stands where the answer was cut.
    int count = answer.generation().tokenIds().size() - 1;
    if (count == 0) {
      return new int[1];
    }
    int[] before = Objects.requireNonNull(answer.window().decoderPrefix());
    int[] inputs = ModelInternals.decoderInputs(before, answer.generation().tokenIds());
    TokenAlignment alignment = new TokenAlignment(count, steps, heads.filter());
    model
        .internals()
        .sourceAttention(
            answer.window().withDecoderPrefix(inputs),
            before.length,
            heads.heads(),
            alignment::add);
    int[] ends = Arrays.copyOf(alignment.begins(), count + 1);
    ends[count] = ends[count - 1];
    return ends;
  }

  /** The words of a piece; {@code first} is its first token's place in the window's answer. */
  private List<Timed> of(WindowSegments.Piece piece, int first, int[] ends, String language) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < piece.tokens().size(); i++) {
      int id = piece.tokens().get(i).id();
      if (!tokens.isTimestamp(id) && !tokenizer.isSpecial(id)) {
        places.add(i);
      }
    }
    int[] ids = places.stream().mapToInt(at -> piece.tokens().get(at).id()).toArray();
    return words.of(ids, language).stream()
        .filter(word -> !word.text().isBlank())
        .map(
            word -> {
              int from = first + places.get(word.first());
              int to = first + places.get(word.last());
              double probability =
                  piece
                      .tokens()
                      .subList(places.get(word.first()), places.get(word.last()) + 1)
                      .stream()
                      .mapToDouble(token -> StrictMath.exp(token.logProbability()))
                      .average()
                      .orElseThrow();
              return new Timed(
                  word.text().strip(), from == 0 ? 0 : ends[from - 1], ends[to], probability);
            })
        .toList();
  }

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
      Map<String, Object> settings = model.generationDefaults();
      int filter = folder.config().integer(FILTER, 7, 1, WIDEST);
      if (filter % 2 == 0) {
        throw folder.config().wrong(FILTER, "must be odd");
      }
      return new AlignmentHeads(
          settings.containsKey(KEY)
              ? settings(settings.get(KEY), stack, folder.path().toString())
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

    private static List<Head> settings(Object value, StackSpec stack, String folder) {
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
}
