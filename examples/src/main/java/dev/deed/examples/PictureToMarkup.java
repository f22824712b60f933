package dev.deed.examples;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.hub.ModelHub;
import java.nio.file.Files;
import java.nio.file.Path;

/** A screenshot in, its markup out: {@code PictureToMarkup MODEL PICTURE}. */
public final class PictureToMarkup {
  private PictureToMarkup() {}

  public static void main(String[] args) throws Exception {
    byte[] picture = Files.readAllBytes(Path.of(args[1]));
    try (var model = EncoderDecoderModel.open(ModelHub.fromEnvironment().folder(args[0]))) {
      var options = GenerationOptions.defaults().withMaxNewTokens(128);
      Generation answer = model.generate(Input.ofImage(picture), options);
      System.out.println(answer.text());
      System.out.printf(
          "%d tokens at exit layers %s of %d; %d of %d layer evaluations ran%n",
          answer.tokens().size(),
          answer.exitLayers(),
          model.decoderLayers(),
          answer.layersRun(),
          answer.layersPossible());
    }
  }
}
