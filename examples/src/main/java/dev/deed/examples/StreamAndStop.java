package dev.deed.examples;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.Token;
import dev.deed.TokenListener;
import dev.deed.hub.ModelHub;
import dev.deed.value.Finish;
import java.nio.file.Path;

/** Shows tokens as they are emitted and stops after some: {@code StreamAndStop MODEL PICTURE N}. */
public final class StreamAndStop {
  private StreamAndStop() {}

  public static void main(String[] args) {
    int most = Integer.parseInt(args[2]);
    TokenListener printer =
        new TokenListener() {
          @Override
          public boolean token(Token token, String text) {
            System.out.printf("%s[%d]", text, token.exitLayer());
            return token.index() + 1 < most;
          }

          @Override
          public void end(String text) {
            System.out.println(text);
          }
        };
    try (var model = EncoderDecoderModel.open(ModelHub.fromEnvironment().folder(args[0]))) {
      Input picture = Input.ofImage(Path.of(args[1]));
      Generation answer = model.generate(picture, GenerationOptions.defaults(), printer);
      System.out.println(answer.finish() == Finish.CANCELLED ? "stopped" : "whole");
    }
  }
}
