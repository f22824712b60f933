package dev.deed.lab.rendering;

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
  private final RandomGenerator random;
  private final FormulaAtoms atoms;
  private final FormulaTerms terms;

  /**
   * @param random of one formula; the same state makes the same formula
   */
  FormulaGrammar(RandomGenerator random) {
    this.random = random;
    atoms = new FormulaAtoms(random);
    terms = new FormulaTerms(random, atoms);
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
      case 4 -> terms.sum(tokens, 0);
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
      terms.sum(out, 1);
    }
    relation(out);
    terms.sum(out, 0);
    while (chance(0.14)) {
      relation(out);
      terms.sum(out, 1);
    }
  }

  private void relation(List<String> out) {
    out.addAll(FormulaSymbols.RELATIONS.draw(random));
  }

  /** What is said to equal something: a name, with arguments or without. */
  private void leftSide(List<String> out) {
    if (chance(0.12)) {
      terms.derivative(out, 1);
      return;
    }
    atoms.name(out);
    if (chance(0.4)) {
      terms.arguments(out, 1);
    }
  }

  private void commutator(List<String> out) {
    boolean braces = chance(0.3);
    List<String> inside = new ArrayList<>();
    terms.product(inside, 2);
    inside.add(",");
    terms.product(inside, 2);
    terms.enclosed(out, inside, braces ? Bracket.BRACES : Bracket.SQUARE);
    if (chance(0.2)) {
      atoms.lower(out);
    }
    out.add("=");
    if (chance(0.25)) {
      out.add("0");
    } else {
      terms.sum(out, 1);
    }
  }

  /** Things like {@code d s ^ { 2 } = …}. */
  private void lineElement(List<String> out) {
    out.addAll(List.of("d", chance(0.8) ? "s" : "S", "^", "{", "2", "}", "="));
    int count = between(1, 4);
    for (int term = 0; term < count; term++) {
      if (term > 0 || chance(0.3)) {
        out.add(chance(0.6) ? "+" : "-");
      }
      if (chance(0.7)) {
        terms.product(out, 2);
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
      terms.coefficient(out);
    }
    terms.integral(out, 0);
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
          terms.enclosed(out, listOf(atoms, between(1, 3)), Bracket.any(random));
        }
      }
      case 2 -> {
        out.add(chance(0.5) ? "\\rightarrow" : "\\neq");
        out.add(chance(0.5) ? "0" : "\\infty");
      }
      default -> {
        relation(out);
        terms.product(out, 1);
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
      terms.sum(out, FormulaTerms.DEEPEST);
    } else {
      if (chance(0.15)) {
        out.add("-");
      }
      atoms.name(out);
    }
  }
}
