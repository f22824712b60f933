package dev.deed.lab.rendering;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Sums, their terms and what these are made of, of a formula that {@link FormulaGrammar} draws.
 * {@code depth} counts the groups around what is drawn. Not safe for several threads.
 */
final class FormulaTerms {
  /** Groups within groups. */
  static final int DEEPEST = 3;

  private final RandomGenerator random;
  private final FormulaAtoms atoms;

  /**
   * @param random of one formula
   * @param atoms of the same formula
   */
  FormulaTerms(RandomGenerator random, FormulaAtoms atoms) {
    this.random = random;
    this.atoms = atoms;
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  void sum(List<String> out, int depth) {
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

  void coefficient(List<String> out) {
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

  void product(List<String> out, int depth) {
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

  void arguments(List<String> out, int depth) {
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
  void enclosed(List<String> out, List<String> inside, Bracket bracket) {
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

  void derivative(List<String> out, int depth) {
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

  void integral(List<String> out, int depth) {
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
