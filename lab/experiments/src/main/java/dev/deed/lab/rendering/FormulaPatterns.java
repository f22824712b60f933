package dev.deed.lab.rendering;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Draws formulas as people write them every day: laws, identities, equations of papers, with the
 * letters and numbers that vary. The patterns stand in {@code formula-patterns.txt}, whose head
 * says how it is read. {@link FormulaGrammar} knows more signs and combines them more freely; here
 * the same letter comes back, and indices are summed over. Immutable.
 */
final class FormulaPatterns {
  private static final String FIRST = "formula";

  /** Rules within rules; beyond, the first alternative is taken. */
  private static final int DEEPEST = 9;

  private final Map<String, Rule> rules;

  private FormulaPatterns(Map<String, Rule> rules) {
    this.rules = rules;
  }

  /**
   * @param sums of the weights up to each alternative, with it
   */
  private record Rule(List<List<String>> alternatives, List<Double> sums) {
    List<String> draw(RandomGenerator random, boolean first) {
      double at = random.nextDouble() * sums.getLast();
      int choice = 0;
      while (!first && sums.get(choice) <= at) {
        choice++;
      }
      return alternatives.get(choice);
    }
  }

  /**
   * @throws IllegalStateException when the patterns name a rule that is not there
   */
  static FormulaPatterns shipped() {
    String name = "formula-patterns.txt";
    try (InputStream in =
        Objects.requireNonNull(FormulaPatterns.class.getResourceAsStream(name), name)) {
      return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws IllegalStateException when a rule is named that is not there
   */
  static FormulaPatterns of(String text) {
    Map<String, Rule> rules = new LinkedHashMap<>();
    String name = "";
    for (String line : text.lines().filter(read -> !read.isBlank()).toList()) {
      if (line.startsWith("#")) {
        continue;
      }
      if (!line.startsWith(" ")) {
        name = line.strip();
        rules.put(name, new Rule(new ArrayList<>(), new ArrayList<>()));
        continue;
      }
      List<String> words = List.of(line.strip().split(" +"));
      Rule rule = rules.get(name);
      if (rule == null) {
        throw new IllegalStateException("no rule above: " + line);
      }
      double before = rule.sums.isEmpty() ? 0 : rule.sums.getLast();
      rule.sums.add(before + Double.parseDouble(words.getFirst()));
      rule.alternatives.add(words.subList(1, words.size()));
    }
    for (Rule rule : rules.values()) {
      for (List<String> alternative : rule.alternatives) {
        for (String word : alternative) {
          if (isRule(word) && !rules.containsKey(ruleOf(word))) {
            throw new IllegalStateException("no such rule: " + word);
          }
        }
      }
    }
    return new FormulaPatterns(rules);
  }

  private static boolean isRule(String word) {
    return word.length() > 2 && word.startsWith("<") && word.endsWith(">");
  }

  private static String ruleOf(String word) {
    int colon = word.indexOf(':');
    return word.substring(1, colon < 0 ? word.length() - 1 : colon);
  }

  /** Tokens of a formula; there may be more of them than anyone wants. */
  List<String> draw(RandomGenerator random) {
    List<String> tokens = new ArrayList<>();
    draw("<" + FIRST + ">", 0, random, new HashMap<>(), tokens);
    return tokens;
  }

  private void draw(
      String word,
      int depth,
      RandomGenerator random,
      Map<String, List<String>> kept,
      List<String> out) {
    if (!isRule(word)) {
      out.add(word);
      return;
    }
    boolean again = word.indexOf(':') >= 0;
    List<String> before = again ? kept.get(word) : null;
    if (before != null) {
      out.addAll(before);
      return;
    }
    int from = out.size();
    Rule rule = Objects.requireNonNull(rules.get(ruleOf(word)));
    for (String part : rule.draw(random, depth > DEEPEST)) {
      draw(part, depth + 1, random, kept, out);
    }
    if (again) {
      kept.put(word, List.copyOf(out.subList(from, out.size())));
    }
  }
}
