package dev.deed.tasks.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.deed.EncoderDecoderModel;
import dev.deed.Generation;
import dev.deed.GenerationOptions;
import dev.deed.Input;
import dev.deed.Prepared;
import dev.deed.checkpoint.InputException;
import dev.deed.decode.ExitPolicy;
import dev.deed.decode.ExitRule;
import dev.deed.tasks.evaluation.Median;
import dev.deed.tasks.evaluation.WarmUp;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;

/**
 * Times an opened model: greedy decoding of exactly so many tokens, whatever its folder says about
 * generation. Not safe for use from several threads.
 */
final class ModelBench {
  private static final int DIGEST_LENGTH = 12;

  private final EncoderDecoderModel model;
  private final List<Input> inputs;
  private final int newTokens;
  private final ExitRule rule;

  ModelBench(EncoderDecoderModel model, List<Input> inputs, int newTokens, ExitRule rule) {
    this.model = model;
    this.inputs = List.copyOf(inputs);
    this.newTokens = newTokens;
    this.rule = rule;
  }

  /** One repeat. */
  private record Times(double encode, double first, double total) {}

  /** Warms up, measures {@code repeats} times, and checks that exactly so many tokens came out. */
  Measurement measure(int repeats, WarmUp warmUp) {
    List<Generation> answers = new ArrayList<>();
    warmUp.run(
        () -> {
          generate(1);
          answers.clear();
          answers.addAll(generate(newTokens));
        });
    if (answers.isEmpty()) {
      answers.addAll(generate(newTokens));
    }
    List<List<Integer>> ids = answers.stream().map(Generation::tokenIds).toList();
    if (ids.stream().anyMatch(row -> row.size() != newTokens)) {
      throw new InputException(
          model.folder().path().toString(),
          "decodes at most " + ids.getFirst().size() + " tokens",
          "give --new-tokens no more");
    }
    List<Times> times = new ArrayList<>();
    for (int i = 0; i < repeats; i++) {
      times.add(times());
    }
    double first = Median.of(times, Times::first);
    return new Measurement(
        Median.of(times, Times::encode),
        first,
        (Median.of(times, Times::total) - first) / (newTokens - 1),
        PeakMemory.mebibytes(),
        ids.getFirst(),
        digest(ids));
  }

  private Times times() {
    double encode = millis(() -> prepare(1));
    double first = millis(() -> generate(1));
    double total = millis(() -> generate(newTokens));
    return new Times(encode, first, total);
  }

  private List<Generation> generate(int tokens) {
    return model.decode(prepare(tokens));
  }

  private List<Prepared> prepare(int tokens) {
    return prepare(model, inputs, tokens).stream().map(one -> one.withRule(rule)).toList();
  }

  /** Encodes inputs that are to be decoded greedily, to exactly so many tokens. */
  static List<Prepared> prepare(EncoderDecoderModel model, List<Input> inputs, int tokens) {
    ObjectNode overrides = JsonNodeFactory.instance.objectNode();
    for (Iterator<String> keys = model.generationDefaults().fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      boolean special = key.endsWith("_token_id") && !key.startsWith("forced_");
      if (!special) {
        overrides.putNull(key);
      }
    }
    overrides.put("max_new_tokens", tokens).put("min_new_tokens", tokens);
    GenerationOptions options =
        GenerationOptions.defaults().withPolicy(ExitPolicy.full()).withOverrides(overrides);
    return model.prepare(inputs, Collections.nCopies(inputs.size(), options));
  }

  static double millis(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }

  /** Twelve digits of SHA-256 of the ids as Python's {@code json.dumps} writes them. */
  private static String digest(List<List<Integer>> ids) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(ids.toString().getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(hash).substring(0, DIGEST_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }
}
