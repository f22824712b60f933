package dev.deed.examples;

import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.Input;
import dev.deed.Request;
import dev.deed.hub.ModelHub;
import dev.deed.value.Result;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Several pictures as one batch; one that cannot be read says why and harms no other: {@code
 * BatchWithBadInput MODEL PICTURE…}.
 */
public final class BatchWithBadInput {
  private BatchWithBadInput() {}

  public static void main(String[] args) {
    try (var model = EncoderDecoderModel.open(ModelHub.fromEnvironment().folder(args[0]))) {
      List<Request> requests = new ArrayList<>();
      for (String picture : Arrays.asList(args).subList(1, args.length)) {
        requests.add(Request.of(Input.ofImage(Path.of(picture))));
      }
      for (Result<Generation> result : model.generate(requests)) {
        switch (result) {
          case Result.Answered(Generation answer) -> System.out.println(answer.text());
          case Result.Refused refused ->
              System.out.printf(
                  "refused: %s; to do: %s%n", refused.error().why(), refused.error().whatToDo());
        }
      }
    }
  }
}
