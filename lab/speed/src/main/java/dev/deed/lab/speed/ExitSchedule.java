package dev.deed.lab.speed;

import dev.deed.decode.exit.Confidence;
import dev.deed.lab.speed.ImposedExits.Stop;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Exit layers of a real run.
 *
 * @param answers of one after the other, where its tokens stopped
 * @param depth decoder layers of the model they come from: the deepest exit there is
 */
public record ExitSchedule(List<List<Stop>> answers, int depth) implements Schedule {
  public ExitSchedule {
    answers = answers.stream().map(List::copyOf).toList();
  }

  @Override
  public String engine() {
    return "deed-exits";
  }

  @Override
  public List<ModelBench.Answer> answers(
      int decoderLayers, int mostTokens, Confidence confidence, @Nullable List<Integer> asked) {
    List<List<Stop>> scaled =
        answers.stream()
            .filter(stops -> stops.size() > 1)
            .map(
                stops ->
                    stops.stream()
                        .limit(mostTokens)
                        .map(stop -> stop.scaled(depth, decoderLayers))
                        .toList())
            .toList();
    TreeSet<Integer> exits =
        new TreeSet<>(
            asked == null
                ? scaled.stream().flatMap(List::stream).map(Stop::layer).toList()
                : asked);
    exits.add(decoderLayers);
    return ModelBench.spread(scaled).stream()
        .map(
            stops ->
                ModelBench.Answer.of(
                    stops.size(), new ImposedExits(stops, List.copyOf(exits)).rule(confidence)))
        .toList();
  }
}
