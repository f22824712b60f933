package dev.deed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.ProofResult.Difference;
import dev.deed.files.Interruption;
import dev.deed.files.Lifetime;
import dev.deed.model.spec.EncoderInput;
import dev.deed.model.spec.InputDigest;
import dev.deed.processing.grammar.JsonText;
import dev.deed.value.ExitPolicy;
import dev.deed.value.ExitSetting;
import dev.deed.value.ExitSettings;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Answers that can be checked: a receipt says what an answer came from, and a check asks the model
 * again at full depth. The answer itself is the {@linkplain GenerationOptions#withPrediction
 * prediction}, so what is true of it is verified in blocks, with the bits of a generation at full
 * depth: for every batch, number of threads and vector width.
 *
 * <p>Answers are greedy or drawn, one sequence each; beams and several answers are refused. Methods
 * may be called from many threads.
 */
public final class Proof {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Proof() {}

  /**
   * Writes the receipt of an answer. The first of a model waits until its weights were read again;
   * they are read once.
   *
   * @param model that gave the answer
   * @param request that it was given to
   * @param answer whole
   * @return the receipt
   * @throws InputException when the answer is not whole, beams or several answers were asked for,
   *     the model was opened with some tokens alone, or its folder was changed since it was opened
   * @throws CancellationException when the thread is interrupted
   */
  public static Receipt receipt(EncoderDecoderModel model, Request request, Generation answer) {
    InputException.requireField(
        answer.finish() != Finish.CANCELLED, "receipt", "is for whole answers", "ask again");
    try (Lifetime.Use _ = model.internals().use()) {
      RequestPreparation preparation = model.internals().preparation();
      RequestPreparation.Checked checked = check(preparation, request);
      // An engine may allow fewer tokens than the settings do.
      int length = answer.tokens().size();
      int allowed = answer.finish() == Finish.LENGTH ? Math.max(1, length) : checked.newTokens();
      return receipt(
          preparation,
          checked.withNewTokens(allowed),
          read(preparation, checked),
          answer,
          model.internals().fingerprints().sums());
    }
  }

  /**
   * Checks an answer. Decoding ends behind the first token that differs.
   *
   * @param model that is asked, opened in the precision of the answer
   * @param request what was asked and how, whatever its exits
   * @param claim the answer, which may hold anything
   * @return what is untrue of it
   * @throws InputException when the request does not suit the model or asks for beams or several
   *     answers, or the model computes scores that are no numbers
   * @throws CancellationException when the thread is interrupted
   */
  public static ProofResult check(EncoderDecoderModel model, Request request, AnswerClaim claim) {
    Request encoded = new Request(model.encode(request.input()), request.options());
    Request question = question(model, encoded, claim);
    List<Integer> claimed = claim.tokenIds();
    int[] next = new int[1];
    Generation answer =
        model.generate(
            question.input(),
            question.options(),
            (token, _) -> {
              int at = next[0]++;
              return at < claimed.size() && claimed.get(at) == token.id();
            });
    Interruption.check("ask again");
    return result(model, encoded, claim, answer);
  }

  /**
   * {@return what a check asks of a model, for those who ask an {@link Engine}}
   *
   * @param model that is asked
   * @param request what was asked and how, whatever its exits
   * @param claim the answer, which may hold anything
   * @throws InputException when the request does not suit the model, or asks for beams or several
   *     answers
   */
  public static Request question(EncoderDecoderModel model, Request request, AnswerClaim claim) {
    try (Lifetime.Use _ = model.internals().use()) {
      RequestPreparation preparation = model.internals().preparation();
      int most = check(preparation, request).newTokens();
      int vocabulary = preparation.exits().decoder().vocabulary();
      List<Integer> likely =
          claim.tokenIds().stream()
              .limit(most)
              .takeWhile(id -> id >= 0 && id < vocabulary)
              .toList();
      GenerationOptions options =
          request
              .options()
              .withExits(ExitSettings.full())
              .withLogProbabilities(!claim.logProbabilities().isEmpty())
              .withExpected(new Prediction.Tokens(likely));
      return new Request(request.input(), options, request.client());
    }
  }

  /**
   * {@return what is untrue of an answer}
   *
   * @param model that was asked
   * @param request what was asked and how, whatever its exits
   * @param claim the answer, which may hold anything
   * @param expected what the model says to the {@linkplain #question question}; it need not be
   *     whole behind a token that differs
   * @throws InputException when the model's folder was changed since it was opened
   * @throws CancellationException when the thread is interrupted
   */
  public static ProofResult result(
      EncoderDecoderModel model, Request request, AnswerClaim claim, Generation expected) {
    Difference difference = difference(claim.tokenIds(), expected.tokenIds());
    List<String> mismatches = new ArrayList<>();
    if (difference == null) {
      add(mismatches, "finish", claim.finish(), expected.finish());
      add(mismatches, "text", expected.text() == null ? null : claim.text(), expected.text());
      List<Double> logProbabilities = claim.logProbabilities();
      add(
          mismatches,
          "log_probs",
          logProbabilities.isEmpty() ? null : logProbabilities,
          expected.logProbabilities());
    }
    if (claim.receipt() != null) {
      addReceipt(model, request, claim, claim.receipt(), mismatches);
    }
    boolean isEqual = difference == null && mismatches.isEmpty();
    return new ProofResult(isEqual, claim.tokenIds().size(), difference, mismatches);
  }

  /** The first place at which tokens are others; null where there is none. */
  private static @Nullable Difference difference(List<Integer> claimed, List<Integer> expected) {
    for (int at = 0; at < Math.max(claimed.size(), expected.size()); at++) {
      Integer one = at < claimed.size() ? claimed.get(at) : null;
      Integer other = at < expected.size() ? expected.get(at) : null;
      if (one == null || !one.equals(other)) {
        return new Difference(at, one, other);
      }
    }
    return null;
  }

  private static void addReceipt(
      EncoderDecoderModel model,
      Request request,
      AnswerClaim claim,
      Receipt receipt,
      List<String> mismatches) {
    try (Lifetime.Use _ = model.internals().use()) {
      RequestPreparation preparation = model.internals().preparation();
      RequestPreparation.Checked checked = check(preparation, request);
      Receipt.Origin reported = receipt.origin();
      Receipt.Origin found =
          origin(
              preparation,
              checked,
              read(preparation, checked),
              model.internals().fingerprints().sums());
      add(mismatches, "receipt.model", reported.model(), found.model());
      add(mismatches, "receipt.tokenizer", reported.tokenizer(), found.tokenizer());
      add(mismatches, "receipt.input", reported.input(), found.input());
      add(mismatches, "receipt.settings", reported.settings(), found.settings());
      String tokens = tokens(claim.tokenIds());
      add(mismatches, "receipt.tokens", receipt.tokens(), tokens);
      add(mismatches, "receipt.precision", reported.precision(), found.precision());
    }
  }

  /**
   * @param reported null: nothing was
   */
  private static void add(
      List<String> mismatches, String name, @Nullable Object reported, @Nullable Object found) {
    if (reported != null && !reported.equals(found)) {
      mismatches.add(name);
    }
  }

  private static EncoderInput read(
      RequestPreparation preparation, RequestPreparation.Checked checked) {
    return preparation.read(checked, EncoderInputs.Bounds.UNTIL_INTERRUPTED);
  }

  private static RequestPreparation.Checked check(RequestPreparation preparation, Request request) {
    RequestPreparation.Checked checked = preparation.check(request);
    InputException.requireField(
        !checked.strategy().ranks(),
        "proof",
        "is for one greedy or drawn answer, not for beams or several answers",
        "ask for one answer without beams");
    InputException.requireField(
        preparation.exits().decoder().head().tokens() == null,
        "proof",
        "is not for a model that was opened with some tokens alone",
        "open it with all of them");
    return checked;
  }

  private static Receipt receipt(
      RequestPreparation preparation,
      RequestPreparation.Checked checked,
      EncoderInput read,
      Generation answer,
      Fingerprints.Sums sums) {
    return new Receipt(
        origin(preparation, checked, read, sums),
        tokens(answer.tokenIds()),
        JsonText.CANONICAL.of(settingsOf(preparation, checked)));
  }

  private static Receipt.Origin origin(
      RequestPreparation preparation,
      RequestPreparation.Checked checked,
      EncoderInput read,
      Fingerprints.Sums sums) {
    return new Receipt.Origin(
        sums.model(),
        sums.tokenizer(),
        InputDigest.of(read).hex(),
        settings(preparation, checked),
        preparation.exits().folder().precision().label(),
        version());
  }

  private static String version() {
    String version = Proof.class.getPackage().getImplementationVersion();
    return version == null ? "(development build)" : version;
  }

  /** The settings that were in force. */
  private static String settings(
      RequestPreparation preparation, RequestPreparation.Checked checked) {
    GenerationOptions options = checked.request().options();
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    checked.prefix().forEach(all.putArray("decoder_input_ids")::add);
    ExitSettings exits =
        preparation.exits().resolved(preparation.exits().drafts().implied(options.impliedExits()));
    boolean isFull = exits.isLossless() || exits.get(ExitSetting.POLICY) == ExitPolicy.FULL;
    all.set("exits", MAPPER.valueToTree(isFull ? "full" : exits.json()));
    Map<String, @Nullable Object> generation = checked.settings().inForce();
    generation.remove("max_length");
    generation.put("max_new_tokens", checked.newTokens());
    all.set("generation", MAPPER.valueToTree(generation));
    options.stop().forEach(all.putArray("stop")::add);
    return sum(ByteBuffer.wrap(JsonText.CANONICAL.of(all).getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * What the caller stated, with the lossless exits that a prediction or an assistant implies, and
   * the length where the settings alone allow another.
   */
  private static ObjectNode settingsOf(
      RequestPreparation preparation, RequestPreparation.Checked checked) {
    GenerationOptions options = checked.request().options();
    ObjectNode generation = MAPPER.valueToTree(options.settings());
    if (preparation.check(checked.request()).newTokens() != checked.newTokens()) {
      generation.put("max_new_tokens", checked.newTokens());
    }
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    JsonNode exits =
        MAPPER.valueToTree(preparation.exits().drafts().implied(options.impliedExits()).json());
    if (!exits.isEmpty()) {
      settings.set("exits", exits);
    }
    if (!generation.isEmpty()) {
      settings.set("generation", generation);
    }
    if (!options.stop().isEmpty()) {
      options.stop().forEach(settings.putArray("stop")::add);
    }
    return settings;
  }

  private static String tokens(List<Integer> ids) {
    ByteBuffer bytes = ByteBuffer.allocate(ids.size() * Integer.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    ids.forEach(bytes::putInt);
    return sum(bytes.flip());
  }

  private static String sum(ByteBuffer bytes) {
    MessageDigest digest = InputDigest.sha256();
    digest.update(bytes);
    return HexFormat.of().formatHex(digest.digest());
  }
}
