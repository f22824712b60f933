package dev.deed.lab.speed;

import dev.deed.decode.exit.Confidence;
import dev.deed.value.InputException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a real run did, imposed on a model whose own confidence means nothing. Immutable. */
public sealed interface Schedule permits ExitSchedule, DraftSchedule {
  /** The name of its rows. */
  String engine();

  /**
   * Some answers, from all over the file, for a model of {@code decoderLayers} layers: exits keep
   * their share of the depth, rounded up.
   *
   * @param mostTokens where longer answers end
   * @param asked exits at which {@code confidence} is asked, the last layer apart; null for those
   *     that occur in the schedule
   * @throws InputException when the schedule cannot be imposed on so few layers, or no answer has
   *     tokens whose time is taken
   */
  List<ModelBench.Answer> answers(
      int decoderLayers, int mostTokens, Confidence confidence, @Nullable List<Integer> asked);

  /**
   * Reads what {@code deed generate --output} writes: JSON Lines with {@code exit_layers}. Where it
   * holds {@code consulted} ({@code --trace}) too, as many exits are asked as were asked then; else
   * all. Lines of lossless exits, which have {@code drafted}, must hold {@code dropped} ({@code
   * --trace}); then drafts are imposed, and which of them are kept.
   *
   * @param layers of the decoder that the file is of; null: the deepest exit counts as the last
   * @throws InputException when a line is no JSON object of that kind, some lines are lossless and
   *     others are not, no answer has two tokens, or layers are neither given nor told: all tokens
   *     of lossless exits left early
   */
  static Schedule read(Path file, @Nullable Integer layers) {
    return new ScheduleFile(file, layers).read();
  }
}
