package dev.deed;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.checkpoint.BadInputException;
import dev.deed.decode.SearchRequest;
import dev.deed.decode.StoppingCriteria;
import dev.deed.model.Encoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.EncoderPass;
import dev.deed.model.spec.EncoderInput;
import dev.deed.settings.GenerationSettings;
import dev.deed.tensor.WorkerTeam;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Checks requests against a model and encodes their inputs, several together, so that only decoding
 * is left. Safe for use from many threads.
 */
record RequestPreparation(
    ModelExits exits,
    Encoder encoder,
    WorkerTeam team,
    EncoderInputs inputs,
    DecoderStart start,
    ObjectNode generationDefaults,
    GenerationSettings.StatedTokens statedTokens) {
  /** Pictures of more would fill memory. */
  private static final int ENCODED_TOGETHER = 16;

  /** What became of a request: it is ready to be decoded, or something is wrong with it. */
  sealed interface Outcome {
    Prepared orThrow();

    record Ready(Prepared prepared) implements Outcome {
      @Override
      public Prepared orThrow() {
        return prepared;
      }
    }

    record Refused(InputException error) implements Outcome {
      @Override
      public Prepared orThrow() {
        throw error;
      }
    }
  }

  /**
   * Prepares requests; outcomes in the same order.
   *
   * @throws CancellationException when the thread is interrupted
   */
  List<Outcome> prepare(List<Request> requests) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int first = 0; first < requests.size(); first += ENCODED_TOGETHER) {
      int end = Math.min(requests.size(), first + ENCODED_TOGETHER);
      List<Checked> checked = requests.subList(first, end).stream().map(this::check).toList();
      encode(checked.stream().filter(Checked::isSound).toList());
      checked.stream().map(this::outcome).forEach(outcomes::add);
    }
    return outcomes;
  }

  /** A request on its way. */
  private static final class Checked {
    private final Request request;
    private int[] prefix = {};
    private @Nullable GenerationSettings settings;
    private @Nullable EncoderInput input;
    private double preprocessMillis;
    private @Nullable EncoderOutput output;
    private double encodeMillis;
    private @Nullable InputException error;

    Checked(Request request) {
      this.request = request;
    }

    boolean isSound() {
      return error == null;
    }
  }

  private Checked check(Request request) {
    Checked checked = new Checked(request);
    try {
      long begin = System.nanoTime();
      checked.settings = settings(request);
      checked.prefix = start.prefix(request.input(), checked.settings);
      DecoderStart.requireFits(checked.prefix, exits.decoder());
      exits.rule(request.options().exits());
      checked.input = inputs.prepare(request.input());
      checked.preprocessMillis = millisSince(begin);
    } catch (BadInputException e) {
      checked.error = InputException.of(e);
    }
    return checked;
  }

  /** Encodes inputs together; the time is shared out by their lengths. */
  private void encode(List<Checked> batch) {
    long begin = System.nanoTime();
    try (EncoderPass pass = encoder.begin(batch.stream().map(RequestPreparation::input).toList())) {
      while (pass.advance(team)) {}
      for (int i = 0; i < batch.size(); i++) {
        try {
          batch.get(i).output = encoder.output(pass.output(i), team);
        } catch (BadInputException e) {
          batch.get(i).error = InputException.of(e);
        }
      }
    }
    double millis = millisSince(begin);
    List<Checked> encoded = batch.stream().filter(Checked::isSound).toList();
    int rows = encoded.stream().mapToInt(one -> known(one.output).positions()).sum();
    encoded.forEach(one -> one.encodeMillis = millis * known(one.output).positions() / rows);
  }

  private Outcome outcome(Checked checked) {
    if (checked.error != null) {
      return new Outcome.Refused(checked.error);
    }
    try {
      return new Outcome.Ready(
          new Prepared(searchRequest(checked), checked.preprocessMillis, checked.encodeMillis));
    } catch (BadInputException e) {
      return new Outcome.Refused(InputException.of(e));
    }
  }

  private SearchRequest searchRequest(Checked checked) {
    GenerationSettings settings = known(checked.settings);
    int[] prefix = checked.prefix;
    int newTokens = settings.maxNewTokens(prefix.length, exits.decoder().maxPositions());
    return new SearchRequest(
        known(checked.output),
        Arrays.stream(prefix).boxed().toList(),
        new StoppingCriteria(Set.copyOf(settings.ends()), newTokens),
        exits.rule(checked.request.options().exits()),
        settings.processors(prefix.length, newTokens, input(checked).tokenIds()),
        settings.strategy(),
        checked.request.listener(inputs.tokenizer()));
  }

  private GenerationSettings settings(Request request) {
    ObjectNode overrides = request.options().json();
    GenerationSettings settings = settings(overrides);
    return request.input().targetLanguage() == null
        ? settings
        : settings(start.settings(request.input(), overrides, settings.decoderStart()));
  }

  private GenerationSettings settings(@Nullable ObjectNode overrides) {
    return GenerationSettings.read(
        generationDefaults, overrides, statedTokens, exits.decoder().vocabulary());
  }

  /** What layers make of the decoder prefix that an input gives. */
  Features features(Input input) {
    int[] prefix = input.decoderPrefix();
    if (prefix == null || prefix.length == 0) {
      throw new InputException(
          "features", "the input has no decoder_input_ids", "give the decoder prefix to look at");
    }
    DecoderStart.requireFits(prefix, exits.decoder());
    EncoderOutput encoded = encoder.encode(inputs.prepare(input), team);
    return Features.of(exits.folder().spec(), exits.decoder(), encoded, prefix, team);
  }

  private static EncoderInput input(Checked checked) {
    return known(checked.input);
  }

  private static <T> T known(@Nullable T value) {
    return Objects.requireNonNull(value);
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
