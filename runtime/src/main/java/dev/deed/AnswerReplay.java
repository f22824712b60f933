package dev.deed;

import dev.deed.ProofResult.Difference;
import dev.deed.decode.AnswerCheck;
import dev.deed.decode.AnswerCheck.Emission;
import dev.deed.decode.AnswerCheck.Place;
import dev.deed.decode.SearchRequest;
import dev.deed.decode.SearchStrategy;
import dev.deed.decode.StepListener;
import dev.deed.model.Decoder;
import dev.deed.processing.tokenizer.StopStrings;
import dev.deed.processing.tokenizer.Tokenizer;
import dev.deed.tensor.WorkerTeam;
import dev.deed.value.Finish;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** An answer, and where it has to end by its own tokens. */
final class AnswerReplay {
  private final RequestPreparation preparation;
  private final RequestPreparation.Checked checked;
  private final Input.Encoded encoded;
  private final AnswerClaim claim;
  private final Decoder decoder;

  /** Its tokens up to the first that the vocabulary lacks, or before which it had to end. */
  private final int[] ids;

  private final StopStrings.@Nullable Cut cut;

  /** Whether another token has to follow these. */
  private final boolean goesOn;

  AnswerReplay(
      RequestPreparation preparation,
      RequestPreparation.Checked checked,
      Input.Encoded encoded,
      AnswerClaim claim) {
    this.preparation = preparation;
    this.checked = checked;
    this.encoded = encoded;
    this.claim = claim;
    this.decoder = preparation.exits().decoder();
    int[] known =
        claim.tokenIds().stream()
            .limit(checked.newTokens())
            .takeWhile(id -> id >= 0 && id < decoder.vocabulary())
            .mapToInt(Integer::intValue)
            .toArray();
    Tokenizer tokenizer = preparation.inputs().tokenizer();
    StopStrings.Cut stopped =
        tokenizer == null ? null : checked.text().stop().cut(known, tokenizer);
    int first = stopped == null ? known.length : stopped.tokens();
    int end = IntStream.range(0, first).filter(at -> ends(known[at])).findFirst().orElse(-1);
    this.cut = end >= 0 && end + 1 < first ? null : stopped;
    this.ids = IntStream.range(0, end < 0 ? first : end + 1).map(at -> known[at]).toArray();
    this.goesOn = cut == null && end < 0 && ids.length < checked.newTokens();
  }

  private boolean ends(int token) {
    return checked.settings().ends().contains(token);
  }

  /**
   * What is untrue of the answer.
   *
   * @param sums of the model; null where the answer has no receipt
   */
  ProofResult result(WorkerTeam team, Fingerprints.@Nullable Sums sums) {
    SearchRequest search =
        preparation.search(checked, encoded.read(), encoded.output(), StepListener.none());
    List<Place> places =
        new AnswerCheck(decoder, team).places(search, ids, ids.length + (goesOn ? 1 : 0));
    Difference difference = difference(places, Place::full);
    Difference byExits = difference(places, Place::early);
    boolean repeatsExits = AnswerCheck.repeatsExits(search, decoder);
    // Where drafts were verified or history is copied, nothing here repeats who emitted what.
    boolean isPlain = repeatsExits || search.rule().lastLayer() == decoder.layerCount();
    isPlain &= !(search.strategy() instanceof SearchStrategy.Verified);
    List<String> ofFull = difference == null ? untrue(places, Place::full, isPlain) : null;
    List<String> ofExits =
        repeatsExits && byExits == null ? untrue(places, Place::early, true) : null;
    boolean isFull = ofFull != null && (ofFull.isEmpty() || ofExits == null);
    List<String> mismatches = new ArrayList<>();
    addText(difference == null || byExits == null, mismatches);
    mismatches.addAll(Objects.requireNonNullElse(isFull ? ofFull : ofExits, List.of()));
    if (sums != null && claim.receipt() != null) {
      addReceipt(claim.receipt(), sums, mismatches);
    }
    int extra = claim.tokenIds().size() - ids.length;
    long others =
        IntStream.range(0, ids.length)
            .filter(at -> places.get(at).full().token() != ids[at])
            .count();
    return new ProofResult(
        difference == null && mismatches.isEmpty(),
        claim.tokenIds().size(),
        difference,
        extra + (int) others,
        repeatsExits ? ofExits != null && ofExits.isEmpty() : null,
        mismatches);
  }

  /** The first place at which the answer is another; null where there is none. */
  private @Nullable Difference difference(List<Place> places, Function<Place, Emission> said) {
    for (int at = 0; at < ids.length; at++) {
      Emission expected = said.apply(places.get(at));
      if (expected.token() != ids[at]) {
        double margin = expected.logProbability() - places.get(at).ofAnswer();
        return new Difference(
            at, ids[at], token(expected), Double.isFinite(margin) ? margin : null);
      }
    }
    boolean more = claim.tokenIds().size() > ids.length;
    Integer expected = goesOn ? token(said.apply(places.getLast())) : null;
    return more || expected != null
        ? new Difference(ids.length, more ? claim.tokenIds().get(ids.length) : null, expected, null)
        : null;
  }

  private static @Nullable Integer token(Emission emission) {
    return emission.token() < 0 ? null : emission.token();
  }

  /** What the answer says of its end, and what people read of it. */
  private void addText(boolean ends, List<String> mismatches) {
    Finish finish =
        cut != null
            ? Finish.STOP
            : ids.length > 0 && ends(ids[ids.length - 1]) ? Finish.EOS : Finish.LENGTH;
    add(mismatches, "finish", !ends || claim.finish() == null || claim.finish() == finish);
    Tokenizer tokenizer = preparation.inputs().tokenizer();
    if (tokenizer != null && claim.text() != null && claim.tokenIds().size() == ids.length) {
      String text = cut == null ? tokenizer.answer(ids) : cut.text();
      add(mismatches, "text", claim.text().equals(text));
    }
  }

  /**
   * What the answer says of its tokens that is not so.
   *
   * @param said gives what emitted them
   */
  private List<String> untrue(
      List<Place> places, Function<Place, Emission> said, boolean tellsLayers) {
    List<Emission> all = places.stream().limit(ids.length).map(said).toList();
    List<Integer> layers = all.stream().map(Emission::exitLayer).toList();
    List<Double> values = all.stream().map(Emission::logProbability).toList();
    List<String> untrue = new ArrayList<>();
    boolean silent = !tellsLayers || claim.exitLayers().isEmpty();
    add(untrue, "exit_layers", silent || claim.exitLayers().equals(layers));
    List<Double> claimed = claim.logProbabilities();
    add(untrue, "log_probs", claimed.isEmpty() || claimed.equals(values));
    Receipt receipt = claim.receipt();
    String sum = ReceiptSums.logProbabilities(values);
    add(untrue, "receipt.log_probs", receipt == null || receipt.logProbabilities().equals(sum));
    return untrue;
  }

  private void addReceipt(Receipt receipt, Fingerprints.Sums sums, List<String> mismatches) {
    Receipt.Origin claimed = receipt.origin();
    Receipt.Origin found = ReceiptSums.origin(preparation, checked, encoded.read(), sums);
    add(mismatches, "receipt.model", claimed.model().equals(found.model()));
    add(mismatches, "receipt.tokenizer", claimed.tokenizer().equals(found.tokenizer()));
    add(mismatches, "receipt.input", claimed.input().equals(found.input()));
    add(mismatches, "receipt.settings", claimed.settings().equals(found.settings()));
    String tokens = ReceiptSums.tokens(claim.tokenIds());
    add(mismatches, "receipt.tokens", receipt.tokens().equals(tokens));
    add(mismatches, "receipt.precision", claimed.precision().equals(found.precision()));
  }

  private static void add(List<String> mismatches, String name, boolean isTrue) {
    if (!isTrue) {
      mismatches.add(name);
    }
  }
}
