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
import org.jspecify.annotations.Nullable;

/**
 * Answers a list of requests: inputs are encoded some at a time, then decoded as one batch. Safe
 * for use from many threads.
 */
record BatchGeneration(RequestPreparation preparation) {
  /** Pictures of more would fill memory. */
  private static final int ENCODED_TOGETHER = 16;

  /** A request of the list, on its way: it is prepared in the end, or there is an error. */
  private static final class Draft {
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

    boolean isToEncode() {
      return isSound() && output == null;
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
   * @param listener hears of all tokens; null for nobody
   * @throws CancellationException when the thread is interrupted while inputs are encoded
   */
  List<Result<Generation>> generate(List<Request> requests, @Nullable TokenListener listener) {
    List<Draft> drafts = drafts(requests);
    List<Prepared> sound = drafts.stream().filter(Draft::isSound).map(Draft::orThrow).toList();
    Iterator<Result<Generation>> decoded = decode(sound, listener).iterator();
    return drafts.stream()
        .map(
            draft ->
                draft.error == null ? decoded.next() : new Result.Refused<Generation>(draft.error))
        .toList();
  }

  /**
   * Prepares requests.
   *
   * @throws InputException of the first request that does not suit the model
   * @throws CancellationException when the thread is interrupted
   */
  List<Prepared> prepare(List<Request> requests) {
    return drafts(requests).stream().map(Draft::orThrow).toList();
  }

  /** Decodes prepared inputs as one batch. */
  List<Result<Generation>> decode(List<Prepared> batch, @Nullable TokenListener listener) {
    long start = System.nanoTime();
    List<Result<SearchResult>> outcomes =
        new BatchSearch(preparation.exits().decoder(), preparation.team())
            .outcomes(batch.stream().map(one -> one.searchRequest(listener)).toList());
    double millis = millisSince(start);
    List<Result<Generation>> results = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      results.add(result(outcomes.get(i), batch.get(i), millis));
    }
    return results;
  }

  private static Result<Generation> result(
      Result<SearchResult> outcome, Prepared prepared, double decodeMillis) {
    try {
      return new Result.Answered<>(prepared.generation(outcome.orThrow(), decodeMillis));
    } catch (InputException e) {
      return new Result.Refused<>(e);
    }
  }

  private List<Draft> drafts(List<Request> requests) {
    List<Draft> all = new ArrayList<>();
    for (int first = 0; first < requests.size(); first += ENCODED_TOGETHER) {
      int end = Math.min(requests.size(), first + ENCODED_TOGETHER);
      List<Draft> drafts = requests.subList(first, end).stream().map(this::draft).toList();
      encode(drafts.stream().filter(Draft::isToEncode).toList());
      drafts.stream().filter(Draft::isSound).forEach(this::prepare);
      all.addAll(drafts);
    }
    return all;
  }

  private Draft draft(Request request) {
    Draft draft = new Draft();
    try {
      long begin = System.nanoTime();
      draft.checked = preparation.check(request);
      draft.input = preparation.read(draft.checked, EncoderInputs.Bounds.UNTIL_INTERRUPTED);
      Input.Encoded known = request.input().encoded(preparation.encoder());
      draft.output = known == null ? null : known.output();
      draft.preprocessMillis = millisSince(begin);
    } catch (InputException e) {
      draft.error = e;
    }
    return draft;
  }

  /** Encodes inputs together, each content once; the time is shared out by their lengths. */
  private void encode(List<Draft> batch) {
    long begin = System.nanoTime();
    List<EncoderInput> read = batch.stream().map(draft -> known(draft.input)).toList();
    List<List<Integer>> groups = InputDigest.groups(read);
    List<EncoderInput> once = groups.stream().map(same -> read.get(same.getFirst())).toList();
    Encoder encoder = preparation.encoder();
    try (EncoderPass pass = encoder.begin(once, Encoder.MOST_ROWS)) {
      while (pass.advance(preparation.team())) {}
      for (int i = 0; i < groups.size(); i++) {
        try {
          EncoderOutput output = encoder.output(pass.output(i), preparation.team());
          groups.get(i).forEach(at -> batch.get(at).output = output);
        } catch (InputException e) {
          groups.get(i).forEach(at -> batch.get(at).error = e);
        }
      }
    }
    double millis = millisSince(begin);
    List<Draft> encoded = batch.stream().filter(Draft::isSound).toList();
    int rows = encoded.stream().mapToInt(one -> known(one.output).positions()).sum();
    encoded.forEach(one -> one.encodeMillis = millis * known(one.output).positions() / rows);
  }

  private void prepare(Draft draft) {
    try {
      RequestPreparation.Checked checked = known(draft.checked);
      draft.prepared =
          new Prepared(
              preparation.search(
                  checked, known(draft.input), known(draft.output), StepListener.none()),
              checked.text(),
              draft.preprocessMillis,
              draft.encodeMillis);
    } catch (InputException e) {
      draft.error = e;
    }
  }

  private static <T> T known(@Nullable T value) {
    return Objects.requireNonNull(value);
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
