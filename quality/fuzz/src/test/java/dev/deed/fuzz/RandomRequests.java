package dev.deed.fuzz;

import dev.deed.EncoderDecoderModel;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.Request;
import dev.deed.model.front.PictureFront;
import dev.deed.model.front.PictureTextFront;
import dev.deed.model.front.SpectrogramFront;
import dev.deed.model.spec.EncoderFront;
import dev.deed.model.spec.EncoderInput.Part;
import dev.deed.value.DraftPrecision;
import dev.deed.value.ExitPolicy;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Requests of a model for answers by lossless exits, and by others that run beside them. */
final class RandomRequests {
  private static final int MOST_TOKENS = 16;

  private final EncoderDecoderModel model;
  private final Random random;

  RandomRequests(EncoderDecoderModel model, Random random) {
    this.model = model;
    this.random = random;
  }

  /** One that asks for lossless exits; null where the model reads what none is made up for. */
  @Nullable Request lossless() {
    Input input = input();
    return input == null ? null : new Request(input, options().withExits(drafting()));
  }

  /** The same at full depth. */
  static Request full(Request lossless) {
    return new Request(lossless.input(), lossless.options().withExits(ExitSettings.full()));
  }

  /** One for beside: beams or plain exits, of the same input. */
  Request beside(Request other) {
    GenerationOptions options =
        GenerationOptions.defaults().withMaxNewTokens(1 + random.nextInt(MOST_TOKENS));
    return new Request(
        other.input(),
        random.nextBoolean()
            ? options.withExits(ExitSettings.full()).withBeams(2 + random.nextInt(3))
            : options.withExits(policy()));
  }

  private GenerationOptions options() {
    GenerationOptions options =
        GenerationOptions.defaults().withMaxNewTokens(1 + random.nextInt(MOST_TOKENS));
    if (random.nextInt(3) == 0) {
      options =
          options
              .withSampling(true)
              .withSeed(random.nextInt(99))
              .withTemperature(0.5 + random.nextDouble())
              .withTopK(random.nextInt(3) * 8)
              .withReturnedSequences(1 + random.nextInt(3));
    }
    if (random.nextInt(6) == 0) {
      options = options.withLogProbabilities(false);
    }
    if (random.nextInt(4) == 0) {
      options = options.withRepetitionPenalty(1 + random.nextDouble());
    }
    if (random.nextInt(4) == 0) {
      options = options.withNoRepeatNgram(1 + random.nextInt(3));
    }
    return random.nextInt(4) == 0 ? options.withMinNewTokens(random.nextInt(4)) : options;
  }

  private ExitSettings policy() {
    double threshold = random.nextDouble();
    return switch (random.nextInt(6)) {
      case 0 -> ExitSettings.of(ExitPolicy.MARGIN, threshold);
      case 1 -> ExitSettings.of(ExitPolicy.ENTROPY, -6 * threshold);
      case 2 -> ExitSettings.of(ExitPolicy.SIMILARITY, threshold);
      case 3 -> ExitSettings.atLayer(model.exitLayers().getFirst());
      case 4 ->
          model.internals().hasGate()
              ? ExitSettings.of(ExitPolicy.GATE, threshold)
              : ExitSettings.full();
      default -> ExitSettings.maxProbability(threshold);
    };
  }

  private ExitSettings drafting() {
    ExitSettings exits = random.nextInt(3) == 0 ? ExitSettings.full() : policy();
    exits = exits.with(ExitSetting.LOSSLESS, true);
    if (random.nextInt(4) > 0) {
      exits =
          exits.with(ExitSetting.DRAFT_TOKENS, random.nextInt(8) == 0 ? 64 : 1 + random.nextInt(8));
    }
    if (random.nextInt(3) == 0) {
      exits = exits.with(ExitSetting.DRAFT_NGRAMS, 1 + random.nextInt(4));
    }
    return random.nextInt(3) > 0
        ? exits.with(ExitSetting.DRAFT_PRECISION, DraftPrecision.INT8)
        : exits;
  }

  private @Nullable Input input() {
    EncoderFront front = model.internals().spec().encoder().front();
    if (front.reads().equals(Set.of(Part.TOKENS))) {
      int words = Math.min(60, front.vocabulary());
      int few = 3 + random.nextInt(words - 3);
      // A place of a picture needs the picture.
      int place = front instanceof PictureTextFront among ? among.placeholder() : -1;
      int[] ids = random.ints(1 + random.nextInt(12), 3, few + 1).toArray();
      return Input.ofTokenIds(Arrays.stream(ids).map(id -> id == place ? 3 : id).toArray());
    }
    return switch (front) {
      case PictureFront picture ->
          tensor(Part.PIXELS, List.of(picture.channels(), picture.height(), picture.width()));
      case SpectrogramFront sound ->
          tensor(Part.SPECTROGRAM, List.of(sound.bins(), sound.frames()));
      default -> null;
    };
  }

  private Input tensor(Part part, List<Integer> shape) {
    float[] values = new float[shape.stream().reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return Input.empty().withTensor(part.tensorName(), values, shape);
  }
}
