package dev.deed.examples;

import dev.deed.EncoderDecoderModel;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.hub.ModelHub;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Which of several answers suits a picture best: {@code RankAnswers MODEL PICTURE ANSWER…}. The
 * picture is encoded once, for the answers and for the model's own.
 */
public final class RankAnswers {
  private RankAnswers() {}

  public static void main(String[] args) {
    try (var model = EncoderDecoderModel.open(ModelHub.fromEnvironment().folder(args[0]))) {
      GenerationOptions options = GenerationOptions.defaults().withMaxNewTokens(128);
      model.check(options);
      Input picture = model.encode(Input.ofImage(Path.of(args[1])));
      Arrays.stream(args, 2, args.length)
          .sorted(
              Comparator.comparingDouble(answer -> -model.score(picture, answer).logProbability()))
          .forEach(System.out::println);
      System.out.println("its own: " + model.generate(picture, options).text());
    }
  }
}
