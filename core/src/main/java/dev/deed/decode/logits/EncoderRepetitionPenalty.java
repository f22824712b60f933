package dev.deed.decode.logits;

import java.util.List;

/**
 * Makes tokens of the encoder's input more likely: the inverse of {@link RepetitionPenalty}.
 *
 * @param penalty above 0; above 1 encourages, below 1 discourages
 * @param source tokens of the encoder's input, each once, within the decoder's vocabulary
 */
public record EncoderRepetitionPenalty(double penalty, List<Integer> source)
    implements LogitsProcessor {
  public EncoderRepetitionPenalty {
    source = source.stream().distinct().toList();
  }

  @Override
  public void process(TokenSequence tokens, Scores scores) {
    int[] distinct = source.stream().mapToInt(Integer::intValue).toArray();
    RepetitionPenalty.penalise(distinct, (float) (1 / penalty), scores);
  }
}
