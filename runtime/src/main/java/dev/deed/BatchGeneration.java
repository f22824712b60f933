package dev.deed;

import dev.deed.decode.BatchSearch;
import dev.deed.decode.SearchResult;
import dev.deed.decode.StepListener;
import dev.deed.model.Encoder;
import dev.deed.model.EncoderOutput;
import dev.deed.model.EncoderPass;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.InputDigest;
import dev.deed.value.InputException;
import dev.deed.value.Result;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Answers a list of requests: inputs are encoded some at a time, then decoded as one batch. Safe
 * for use from many threads.
 */
record BatchGeneration(RequestPreparation preparation) {
  /** Pictures of more would fill memory. */
  private static final int ENCODED_TOGETHER = 16;

  /** A request of the list, on its way: it is prepared in the end, or there is an error. */
  private static final class Pending {
    private RequestPreparation.@Nullable Checked checked;
    private @Nullable EncoderInput input;
    private double preprocessMillis;
    private @Nullable EncoderOutput output;
    private double encodeMillis;
    private @Nullable InputException error;
    private @Nullable Prepared prepared;

    boolean isSound() {
      return error == null;
    }

    Prepared orThrow() {
      if (error != null) {
        throw error;
      }
      return known(prepared);
    }
  }

  /**
   * Answers requests; results in the same order.
   *
   * @param listener receives all tokens; null for none
   * @throws CancellationException when the thread is interrupted while inputs are encoded
   */
  List<Result<Generation>> generate(List<Request> requests, @Nullable TokenListener listener) {
    List<Pending> all = pending(requests);
    List<Prepared> sound = all.stream().filter(Pending::isSound).map(Pending::orThrow).toList();
    Iterator<Result<Generation>> decoded = decode(sound, listener).iterator();
    return all.stream()
        .map(one -> one.error == null ? decoded.next() : new Result.Refused<Generation>(one.error))
        .toList();
  }

  /**
   * @throws InputException of the first request that does not suit the model
   * @throws CancellationException when the thread is interrupted
   */
  List<Prepared> prepare(List<Request> requests) {
    return pending(requests).stream().map(Pending::orThrow).toList();
  }

  List<Result<Generation>> decode(List<Prepared> batch, @Nullable TokenListener listener) {
    long start = System.nanoTime();
    List<Result<SearchResult>> outcomes =
        new BatchSearch(preparation.exits().decoder(), preparation.pool())
            .outcomes(batch.stream().map(one -> one.searchRequest(listener)).toList());
    double millis = millisSince(start);
    return IntStream.range(0, batch.size())
        .mapToObj(i -> result(outcomes.get(i), batch.get(i), millis))
        .toList();
  }

  private static Result<Generation> result(
      Result<SearchResult> outcome, Prepared prepared, double decodeMillis) {
    try {
      return new Result.Answered<>(prepared.generation(outcome.orThrow(), decodeMillis));
    } catch (InputException e) {
      return new Result.Refused<>(e);
    }
  }

  private List<Pending> pending(List<Request> requests) {
    List<Pending> all = new ArrayList<>();
    for (int first = 0; first < requests.size(); first += ENCODED_TOGETHER) {
      int end = Math.min(requests.size(), first + ENCODED_TOGETHER);
      List<Pending> some = requests.subList(first, end).stream().map(this::pending).toList();
      encode(some.stream().filter(one -> one.isSound() && one.output == null).toList());
      detectLanguages(
          some.stream()
              .filter(one -> one.isSound() && known(one.checked).detecting() != null)
              .toList());
      some.stream().filter(Pending::isSound).forEach(this::prepare);
      all.addAll(some);
    }
    return all;
  }

  private Pending pending(Request request) {
    Pending one = new Pending();
    try {
      long begin = System.nanoTime();
      one.checked = preparation.check(request);
      one.input = preparation.read(one.checked, EncoderInputs.Bounds.UNTIL_INTERRUPTED);
      Input.Encoded known = request.input().encoded(preparation.encoder());
      one.output = known == null ? null : known.output();
      one.preprocessMillis = millisSince(begin);
    } catch (InputException e) {
      one.error = e;
    }
    return one;
  }

  /** Encodes inputs together, each content once; the time is shared out by their lengths. */
  private void encode(List<Pending> batch) {
    long begin = System.nanoTime();
    List<EncoderInput> read = batch.stream().map(one -> known(one.input)).toList();
    List<List<Integer>> groups = InputDigest.groups(read);
    List<EncoderInput> once = groups.stream().map(same -> read.get(same.getFirst())).toList();
    Encoder encoder = preparation.encoder();
    try (EncoderPass pass = encoder.begin(once, Encoder.MOST_ROWS)) {
      while (pass.advance(Encoder.MOST_BLOCK, preparation.pool())) {}
      for (int i = 0; i < groups.size(); i++) {
        try {
          EncoderOutput output = encoder.output(pass, i, preparation.pool());
          groups.get(i).forEach(at -> batch.get(at).output = output);
        } catch (InputException e) {
          groups.get(i).forEach(at -> batch.get(at).error = e);
        }
      }
    }
    double millis = millisSince(begin);
    List<Pending> encoded = batch.stream().filter(Pending::isSound).toList();
    int rows = encoded.stream().mapToInt(one -> known(one.output).positions()).sum();
    encoded.forEach(one -> one.encodeMillis = millis * known(one.output).positions() / rows);
  }

  /** Detects the languages that nobody stated. */
  private void detectLanguages(List<Pending> batch) {
    List<Result<SearchResult>> outcomes =
        new BatchSearch(preparation.exits().decoder(), preparation.pool())
            .outcomes(
                batch.stream()
                    .map(
                        one ->
                            preparation.languageSearch(
                                known(known(one.checked).detecting()), known(one.output)))
                    .toList());
    for (int i = 0; i < batch.size(); i++) {
      Pending one = batch.get(i);
      switch (outcomes.get(i)) {
        case Result.Answered<SearchResult>(SearchResult found) ->
            one.checked = known(one.checked).withLanguage(found);
        case Result.Refused<SearchResult>(InputException error) -> one.error = error;
      }
    }
  }

  private void prepare(Pending one) {
    try {
      RequestPreparation.Checked checked = known(one.checked);
      checked
          .request()
          .input()
          .keep(new Input.Encoded(preparation.encoder(), known(one.input), known(one.output)));
      one.prepared =
          new Prepared(
              preparation.search(checked, known(one.input), known(one.output), StepListener.none()),
              checked.text(),
              one.preprocessMillis,
              one.encodeMillis);
    } catch (InputException e) {
      one.error = e;
    }
  }

  private static <T> T known(@Nullable T value) {
    return Objects.requireNonNull(value);
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
