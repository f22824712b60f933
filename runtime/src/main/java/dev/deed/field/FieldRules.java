package dev.deed.field;

import dev.deed.checkpoint.Config;
import dev.deed.value.InputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a model's folder says of fields: {@code fields} and, once it was calibrated, {@code review}.
 * Immutable.
 *
 * @param fields in their order, at least one
 * @param weights of the {@linkplain FieldSignals#names signals} in the confidence
 * @param bias of the confidence's logistic
 * @param threshold confidence from which on a value needs no review; above 1 where none is promised
 */
record FieldRules(List<Field> fields, double[] weights, double bias, double threshold) {
  private static final String KEY = "fields";
  private static final int MOST = 64;

  /** What a field's text says. */
  enum Type {
    TEXT,
    DATE,
    AMOUNT,
    NUMBER
  }

  /** A field by its name, which the decoder is told. */
  record Field(String name, Type type) {}

  /** Whether a folder says that its model reads fields. */
  static boolean areIn(Config config) {
    return config.has(KEY);
  }

  /**
   * Reads them.
   *
   * @throws InputException when there are none, or they are malformed
   */
  static FieldRules of(Config config) {
    InputException.require(
        areIn(config),
        config.origin(),
        "says no fields",
        "give a model that reads fields of pages, such as receipts");
    List<Field> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Config field : config.objects(KEY)) {
      String type = field.text("type");
      config.require(
          List.of("text", "date", "amount", "number").contains(type),
          KEY,
          "has a type other than text, date, amount and number");
      fields.add(new Field(field.text("name"), Type.valueOf(type.toUpperCase(Locale.ROOT))));
      config.require(names.add(field.text("name")), KEY, "names a field twice");
    }
    config.require(!fields.isEmpty() && fields.size() <= MOST, KEY, "must be 1 to " + MOST);
    double[] weights = new double[FieldSignals.names().size()];
    double bias = 0;
    double threshold = 2;
    if (config.has("review")) {
      Config review = config.object("review");
      threshold = review.number("threshold", threshold);
      bias = review.number("bias", 0);
      Config bySignal = review.object("weights");
      for (int i = 0; i < weights.length; i++) {
        weights[i] = bySignal.number(FieldSignals.names().get(i), 0);
      }
    } else {
      // A product of probabilities is its own measure.
      weights[FieldSignals.names().indexOf("allowed")] = 1;
      bias = Double.NaN;
    }
    return new FieldRules(List.copyOf(fields), weights, bias, threshold);
  }

  /** How sure a field is, 0…1. */
  double confidence(FieldSignals signals) {
    double sum = Double.isNaN(bias) ? 0 : bias;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * signals.values()[i];
    }
    return Double.isNaN(bias) ? Math.exp(sum) : 1 / (1 + Math.exp(-sum));
  }
}
