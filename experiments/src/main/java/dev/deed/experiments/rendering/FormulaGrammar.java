package dev.deed.experiments.rendering;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Draws formulas as papers of physics and mathematics have them, in the style to which im2latex
 * brings its own: every token stands alone, a script and its braces too, the lower script comes
 * first, {@code \left} and {@code \right} are one token with their bracket. Not safe for several
 * threads.
 */
final class FormulaGrammar {
  /** Groups within groups. */
  private static final int DEEPEST = 3;

  private final RandomGenerator random;
  private final FormulaAtoms atoms;

  /**
   * @param random of one formula; the same state makes the same formula
   */
  FormulaGrammar(RandomGenerator random) {
    this.random = random;
    atoms = new FormulaAtoms(random);
  }

  /** Tokens of a formula; there may be more of them than anyone wants. */
  List<String> draw() {
    List<String> tokens = new ArrayList<>();
    if (chance(0.015)) {
      label(tokens);
    }
    switch (random.nextInt(20)) {
      case 0, 1, 2 -> {
        equation(tokens);
        joined(tokens);
        if (chance(0.7)) {
          equation(tokens);
        } else {
          condition(tokens);
        }
      }
      case 3 -> commutator(tokens);
      case 4 -> sum(tokens, 0);
      case 5 -> lineElement(tokens);
      case 6 -> condition(tokens);
      case 7 -> {
        if (chance(0.6)) {
          array(tokens);
        } else {
          equation(tokens);
        }
      }
      case 8 -> action(tokens);
      default -> equation(tokens);
    }
    if (chance(0.55)) {
      tokens.addAll(FormulaSymbols.PUNCTUATION.draw(random));
    }
    return tokens;
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  private int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  private void label(List<String> out) {
    out.add("(");
    atoms.upright(out);
    out.addAll(List.of(")", "\\quad"));
  }

  private void joined(List<String> out) {
    if (chance(0.85)) {
      out.add(",");
    }
    if (chance(0.12)) {
      atoms.upright(out);
    } else if (chance(0.75)) {
      out.addAll(FormulaSymbols.GAPS.draw(random));
    }
  }

  private void equation(List<String> out) {
    if (chance(0.6)) {
      leftSide(out);
    } else {
      sum(out, 1);
    }
    relation(out);
    sum(out, 0);
    while (chance(0.14)) {
      relation(out);
      sum(out, 1);
    }
  }

  private void relation(List<String> out) {
    out.addAll(FormulaSymbols.RELATIONS.draw(random));
  }

  /** What is said to equal something: a name, with arguments or without. */
  private void leftSide(List<String> out) {
    if (chance(0.12)) {
      derivative(out, 1);
      return;
    }
    atoms.name(out);
    if (chance(0.4)) {
      arguments(out, 1);
    }
  }

  private void commutator(List<String> out) {
    boolean braces = chance(0.3);
    List<String> inside = new ArrayList<>();
    product(inside, 2);
    inside.add(",");
    product(inside, 2);
    enclosed(out, inside, braces ? Bracket.BRACES : Bracket.SQUARE);
    if (chance(0.2)) {
      atoms.lower(out);
    }
    out.add("=");
    if (chance(0.25)) {
      out.add("0");
    } else {
      sum(out, 1);
    }
  }

  /** Things like {@code d s ^ { 2 } = …}. */
  private void lineElement(List<String> out) {
    out.addAll(List.of("d", chance(0.8) ? "s" : "S", "^", "{", "2", "}", "="));
    int terms = between(1, 4);
    for (int term = 0; term < terms; term++) {
      if (term > 0 || chance(0.3)) {
        out.add(chance(0.6) ? "+" : "-");
      }
      if (chance(0.7)) {
        product(out, 2);
      }
      out.add("d");
      atoms.letter(out);
      if (chance(0.75)) {
        out.addAll(List.of("^", "{", "2", "}"));
      } else {
        atoms.upper(out);
      }
    }
  }

  private void action(List<String> out) {
    atoms.name(out);
    out.add("=");
    if (chance(0.4)) {
      coefficient(out);
    }
    integral(out, 0);
  }

  /** A membership, a range or an inequality. */
  private void condition(List<String> out) {
    atoms.name(out);
    switch (random.nextInt(4)) {
      case 0 -> {
        out.addAll(List.of("=", chance(0.5) ? "0" : "1", ",", chance(0.5) ? "1" : "2"));
        out.addAll(List.of(",", chance(0.6) ? "\\ldots" : "\\cdots"));
        if (chance(0.7)) {
          out.add(",");
          atoms.letter(out);
          if (chance(0.4)) {
            out.addAll(List.of("-", "1"));
          }
        }
      }
      case 1 -> {
        out.add("\\in");
        if (chance(0.5)) {
          atoms.name(out);
        } else {
          enclosed(out, listOf(atoms, between(1, 3)), Bracket.any(random));
        }
      }
      case 2 -> {
        out.add(chance(0.5) ? "\\rightarrow" : "\\neq");
        out.add(chance(0.5) ? "0" : "\\infty");
      }
      default -> {
        relation(out);
        product(out, 1);
      }
    }
  }

  private static List<String> listOf(FormulaAtoms atoms, int count) {
    List<String> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        list.add(",");
      }
      atoms.name(list);
    }
    return list;
  }

  private void array(List<String> out) {
    boolean cases = chance(0.25);
    if (chance(0.85)) {
      atoms.name(out);
      out.add("=");
    }
    int rows = between(2, 3);
    int columns = cases ? 2 : between(1, 3);
    Bracket bracket = cases ? Bracket.BRACES : chance(0.8) ? Bracket.ROUND : Bracket.any(random);
    out.addAll(List.of(bracket.left(), "\\begin{array}", "{"));
    for (int column = 0; column < columns; column++) {
      out.add(cases ? "l" : "c");
    }
    out.add("}");
    for (int row = 0; row < rows; row++) {
      if (row > 0) {
        out.add("\\\\");
      }
      for (int column = 0; column < columns; column++) {
        if (column > 0) {
          out.add("&");
        }
        cell(out, cases, column);
      }
    }
    out.addAll(List.of("\\end{array}", cases ? "\\right." : bracket.right()));
  }

  private void cell(List<String> out, boolean cases, int column) {
    if (cases && column == 1 && chance(0.4)) {
      out.addAll(List.of("\\mathrm", "{", "i", "f", "}"));
    }
    if (cases && column == 1) {
      condition(out);
    } else if (!cases && chance(0.45)) {
      if (chance(0.15)) {
        out.add("-");
      }
      out.add(chance(0.65) ? "0" : "1");
    } else if (chance(0.2)) {
      sum(out, DEEPEST);
    } else {
      if (chance(0.15)) {
        out.add("-");
      }
      atoms.name(out);
    }
  }

  private void sum(List<String> out, int depth) {
    if (chance(0.13)) {
      out.add(chance(0.95) ? "-" : "\\pm");
    }
    term(out, depth);
    double more = depth == 0 ? 0.56 : 0.36;
    while (chance(more)) {
      out.addAll(FormulaSymbols.SUMS.draw(random));
      if (chance(0.04)) {
        out.add(chance(0.75) ? "\\cdots" : "\\ldots");
        return;
      }
      term(out, depth);
      more *= 0.75;
    }
  }

  private void term(List<String> out, int depth) {
    if (chance(0.3)) {
      coefficient(out);
    }
    if (chance(depth < 2 ? 0.11 : 0.03)) {
      if (chance(0.5)) {
        integral(out, depth);
        return;
      }
      bigSum(out);
    }
    product(out, depth);
  }

  private void coefficient(List<String> out) {
    switch (random.nextInt(8)) {
      case 0 -> out.add("i");
      case 1, 2 -> {
        out.addAll(List.of("\\frac", "{"));
        out.addAll(chance(0.85) ? List.of("1") : FormulaSymbols.DIGITS.draw(random));
        out.addAll(List.of("}", "{"));
        atoms.number(out);
        out.add("}");
      }
      case 3 -> {
        atoms.number(out);
        out.add(chance(0.7) ? "\\pi" : "i");
      }
      default -> atoms.number(out);
    }
  }

  private void product(List<String> out, int depth) {
    factor(out, depth);
    double more = depth < 2 ? 0.6 : 0.35;
    while (chance(more)) {
      if (chance(0.13)) {
        out.addAll(FormulaSymbols.PRODUCTS.draw(random));
      }
      factor(out, depth);
      more *= 0.7;
    }
  }

  private void factor(List<String> out, int depth) {
    boolean deeper = depth < DEEPEST;
    double at = 100 * random.nextDouble();
    if (at < 56 || !deeper) {
      atoms.name(out);
    } else if (at < 66) {
      atoms.name(out);
      arguments(out, depth + 1);
    } else if (at < 74.5) {
      fraction(out, depth + 1);
    } else if (at < 81) {
      group(out, depth + 1);
    } else if (at < 84) {
      out.addAll(List.of("\\sqrt", "{"));
      sum(out, depth + 1);
      out.add("}");
    } else if (at < 88) {
      function(out, depth + 1);
    } else if (at < 94) {
      derivative(out, depth + 1);
    } else if (at < 96.5) {
      exponential(out, depth + 1);
    } else if (at < 98) {
      bracketed(out, depth + 1);
    } else {
      atoms.upright(out);
      if (chance(0.4)) {
        atoms.name(out);
      }
    }
  }

  private void arguments(List<String> out, int depth) {
    List<String> inside = new ArrayList<>();
    int count = chance(0.7) ? 1 : chance(0.75) ? 2 : 3;
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        inside.add(chance(0.95) ? "," : chance(0.5) ? ";" : "|");
      }
      if (chance(0.8)) {
        atoms.name(inside);
      } else {
        sum(inside, depth + 1);
      }
    }
    enclosed(out, inside, chance(0.85) ? Bracket.ROUND : Bracket.SQUARE);
  }

  private void group(List<String> out, int depth) {
    List<String> inside = new ArrayList<>();
    product(inside, depth);
    inside.addAll(FormulaSymbols.SUMS.draw(random));
    sum(inside, depth);
    enclosed(out, inside, Bracket.any(random));
    if (chance(0.4)) {
      atoms.scripts(out);
    }
  }

  /** Brackets around something: large ones where it is high, and now and then where it is not. */
  private void enclosed(List<String> out, List<String> inside, Bracket bracket) {
    boolean large = bracket.grows() && chance(high(inside) ? 0.88 : 0.1);
    out.add(large ? bracket.left() : bracket.open());
    out.addAll(inside);
    out.add(large ? bracket.right() : bracket.close());
  }

  private static boolean high(List<String> tokens) {
    return tokens.stream()
        .anyMatch(
            token ->
                token.equals("\\frac")
                    || token.startsWith("\\left")
                    || FormulaSymbols.isBig(token));
  }

  private void fraction(List<String> out, int depth) {
    out.addAll(List.of("\\frac", "{"));
    if (chance(0.3)) {
      atoms.number(out);
    } else {
      sum(out, depth + 1);
    }
    out.addAll(List.of("}", "{"));
    if (chance(0.25)) {
      atoms.number(out);
    } else {
      sum(out, depth + 1);
    }
    out.add("}");
  }

  private void function(List<String> out, int depth) {
    if (chance(0.1)) {
      out.addAll(FormulaSymbols.BOUNDED.draw(random));
      out.addAll(List.of("_", "{"));
      atoms.letter(out);
      out.add("\\rightarrow");
      out.add(chance(0.6) ? "\\infty" : "0");
      out.add("}");
      atoms.name(out);
      return;
    }
    out.addAll(FormulaSymbols.FUNCTIONS.draw(random));
    if (chance(0.2)) {
      out.addAll(List.of("^", "{", chance(0.8) ? "2" : "3", "}"));
    }
    if (chance(0.55)) {
      atoms.name(out);
    } else {
      List<String> inside = new ArrayList<>();
      sum(inside, depth);
      enclosed(out, inside, chance(0.85) ? Bracket.ROUND : Bracket.any(random));
    }
  }

  private void derivative(List<String> out, int depth) {
    double at = random.nextDouble();
    if (at < 0.55) {
      out.add("\\partial");
      atoms.lower(out);
      atoms.name(out);
    } else if (at < 0.65) {
      out.addAll(chance(0.5) ? List.of("\\nabla") : List.of("D"));
      atoms.lower(out);
      atoms.name(out);
    } else {
      String sign = chance(0.6) ? "\\partial" : chance(0.75) ? "d" : "\\delta";
      boolean second = chance(0.2);
      List<String> square = second ? List.of("^", "{", "2", "}") : List.of();
      out.addAll(List.of("\\frac", "{", sign));
      out.addAll(square);
      if (chance(0.7)) {
        atoms.name(out);
      }
      out.addAll(List.of("}", "{", sign));
      if (second) {
        atoms.letter(out);
        out.addAll(square);
      } else {
        atoms.name(out);
      }
      out.add("}");
      if (chance(0.2) && depth < DEEPEST) {
        atoms.name(out);
      }
    }
  }

  private void exponential(List<String> out, int depth) {
    out.addAll(List.of("e", "^", "{"));
    if (chance(0.4)) {
      out.add("-");
    }
    if (chance(0.4)) {
      out.add("i");
    }
    if (chance(0.75)) {
      product(out, depth + 1);
    } else {
      sum(out, depth + 1);
    }
    out.add("}");
  }

  /** Expectation values, states, norms. */
  private void bracketed(List<String> out, int depth) {
    List<String> inside = new ArrayList<>();
    switch (random.nextInt(5)) {
      case 0 -> {
        out.add("|");
        atoms.name(out);
        out.add("\\rangle");
      }
      case 1 -> {
        out.add("\\langle");
        atoms.name(out);
        out.add("|");
        atoms.name(out);
        if (chance(0.6)) {
          out.add("|");
          atoms.name(out);
        }
        out.add("\\rangle");
      }
      case 2 -> {
        product(inside, depth);
        enclosed(out, inside, Bracket.ANGLES);
      }
      case 3 -> {
        product(inside, depth);
        enclosed(out, inside, Bracket.BARS);
        if (chance(0.5)) {
          out.addAll(List.of("^", "{", "2", "}"));
        }
      }
      default -> {
        atoms.name(out);
        out.addAll(List.of("|", "_", "{"));
        atoms.letter(out);
        out.addAll(List.of("=", "0", "}"));
      }
    }
  }

  private void integral(List<String> out, int depth) {
    out.addAll(FormulaSymbols.INTEGRALS.draw(random));
    if (chance(0.4)) {
      atoms.bounds(out, true);
    }
    boolean first = chance(0.5);
    if (first) {
      measure(out);
    }
    product(out, depth + 1);
    if (!first) {
      measure(out);
    }
  }

  private void measure(List<String> out) {
    if (chance(0.12)) {
      out.addAll(List.of("{", "\\cal", "D", "}"));
    } else if (chance(0.12)) {
      out.addAll(List.of("\\frac", "{", "d"));
      dimension(out);
      atoms.letter(out);
      out.addAll(List.of("}", "{", "(", "2", "\\pi", ")"));
      dimension(out);
      out.add("}");
      return;
    } else {
      out.add("d");
      if (chance(0.4)) {
        dimension(out);
      }
    }
    atoms.letter(out);
  }

  private void dimension(List<String> out) {
    out.addAll(List.of("^", "{"));
    out.addAll(chance(0.75) ? FormulaSymbols.DIGITS.draw(random) : List.of("D"));
    out.add("}");
  }

  private void bigSum(List<String> out) {
    out.addAll(FormulaSymbols.BIG_SUMS.draw(random));
    if (chance(0.9)) {
      atoms.bounds(out, false);
    }
  }
}
