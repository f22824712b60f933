package dev.deed.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.AnswerClaim;
import dev.deed.ProofResult;
import dev.deed.ProofResult.Difference;
import dev.deed.Receipt;
import dev.deed.value.Finish;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Receipts and what is made of them, as JSON. */
public final class ProofJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private ProofJson() {}

  /** A receipt, as lines of output have it. */
  public static ObjectNode of(Receipt receipt) {
    Receipt.Origin origin = receipt.origin();
    ObjectNode out =
        GenerationJson.object()
            .put("model", origin.model())
            .put("tokenizer", origin.tokenizer())
            .put("input", origin.input())
            .put("settings", origin.settings())
            .put("tokens", receipt.tokens())
            .put("precision", origin.precision())
            .put("version", origin.version());
    try {
      return out.set("stated", MAPPER.readTree(receipt.stated()));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a receipt holds JSON", e);
    }
  }

  /**
   * What a line of output says.
   *
   * @param origin what errors call the line
   * @throws InputException when it is no answer, or a field is of a wrong type
   */
  public static AnswerClaim claim(String origin, ObjectNode answer) {
    Fields fields = new Fields(origin, "", answer);
    int[] ids = fields.integers("token_ids", Integer.MIN_VALUE, Integer.MAX_VALUE);
    if (ids == null) {
      String error = fields.text("error");
      throw new InputException(
          origin,
          error == null ? "has no token_ids" : "holds no answer (" + error + ")",
          "give lines of output of deed generate");
    }
    return new AnswerClaim(
        Arrays.stream(ids).boxed().toList(),
        finish(fields),
        fields.text("text"),
        logProbabilities(fields),
        receipt(origin, answer));
  }

  private static @Nullable Finish finish(Fields fields) {
    String text = fields.text("finish");
    for (Finish finish : Finish.values()) {
      if (finish.name().toLowerCase(Locale.ROOT).equals(text)) {
        return finish;
      }
    }
    fields.require(text == null, "finish", "eos, length, stop or cancelled");
    return null;
  }

  /** JSON has no NaN, which null stands for. */
  private static List<Double> logProbabilities(Fields fields) {
    List<Double> values = new ArrayList<>();
    JsonNode list = fields.value("log_probs");
    if (list != null) {
      for (JsonNode value : list) {
        fields.require(value.isNumber() || value.isNull(), "log_probs", "a list of numbers");
        values.add(value.isNull() ? Double.NaN : value.doubleValue());
      }
    }
    return values;
  }

  /**
   * The receipt of a line of output; null where it has none.
   *
   * @throws InputException when a field is of a wrong type
   */
  public static @Nullable Receipt receipt(String origin, ObjectNode answer) {
    ObjectNode json = new Fields(origin, "", answer).object("receipt");
    if (json == null) {
      return null;
    }
    Fields fields = new Fields(origin, "receipt.", json);
    ObjectNode settings = fields.object("stated");
    return new Receipt(
        new Receipt.Origin(
            text(fields, "model"),
            text(fields, "tokenizer"),
            text(fields, "input"),
            text(fields, "settings"),
            text(fields, "precision"),
            text(fields, "version")),
        text(fields, "tokens"),
        settings == null ? "{}" : settings.toString());
  }

  /** What is missing is like nothing. */
  private static String text(Fields fields, String key) {
    return Objects.requireNonNullElse(fields.text(key), "");
  }

  /** Writes what came of a check. */
  public static void write(ProofResult result, ObjectNode out) {
    out.put("equal", result.equal()).put("tokens", result.tokens());
    Difference difference = result.difference();
    if (difference != null) {
      out.put("position", difference.position())
          .put("claimed", difference.claimed())
          .put("expected", difference.expected());
    }
    if (!result.mismatches().isEmpty()) {
      result.mismatches().forEach(out.putArray("mismatches")::add);
    }
  }
}
