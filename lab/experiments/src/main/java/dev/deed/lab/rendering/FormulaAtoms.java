package dev.deed.lab.rendering;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Names, numbers, words and their scripts. A formula speaks of a few things, so some names are
 * drawn once and come back. Not safe for several threads.
 */
final class FormulaAtoms {
  private static final double FAVOURITE = 0.5;

  private final RandomGenerator random;
  private final List<List<String>> bases = new ArrayList<>();
  private final List<List<String>> indices = new ArrayList<>();

  FormulaAtoms(RandomGenerator random) {
    this.random = random;
    for (int i = 0, most = random.nextInt(2, 6); i < most; i++) {
      bases.add(drawnBase());
    }
    for (int i = 0, most = random.nextInt(1, 5); i < most; i++) {
      indices.add(FormulaSymbols.INDICES.draw(random));
    }
  }

  private boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** A letter of any alphabet, without scripts. */
  void letter(List<String> out) {
    out.addAll((chance(0.7) ? FormulaSymbols.LETTERS : FormulaSymbols.GREEK).draw(random));
  }

  /** One to three digits. */
  void number(List<String> out) {
    List<String> first = FormulaSymbols.DIGITS.draw(random);
    boolean zero = first.getFirst().equals("0");
    out.addAll(zero ? List.of("2") : first);
    double more = 0.12;
    while (chance(more)) {
      out.add(Integer.toString(random.nextInt(10)));
      more *= 0.5;
    }
  }

  /** A word in upright letters. */
  void upright(List<String> out) {
    out.addAll(List.of("\\mathrm", "{"));
    if (chance(0.75)) {
      out.addAll(FormulaSymbols.WORDS.draw(random));
    } else {
      for (int i = 0, most = random.nextInt(1, 6); i < most; i++) {
        char first = i == 0 && chance(0.4) ? 'A' : 'a';
        out.add(Character.toString((char) (first + random.nextInt(26))));
      }
    }
    out.add("}");
  }

  /** A letter or sign as it is, with an accent or in another alphabet; then scripts, or none. */
  void name(List<String> out) {
    if (chance(0.04)) {
      number(out);
      return;
    }
    out.addAll(chance(FAVOURITE) ? bases.get(random.nextInt(bases.size())) : drawnBase());
    scripts(out, 0.42, 1);
  }

  private List<String> drawnBase() {
    List<String> base = new ArrayList<>();
    double at = 100 * random.nextDouble();
    if (at < 5) {
      base.addAll(List.of("{", "\\cal"));
      base.add(Character.toString((char) ('A' + random.nextInt(26))));
      base.add("}");
    } else if (at < 8) {
      base.addAll(List.of("{", "\\bf"));
      base.addAll(FormulaSymbols.LETTERS.draw(random));
      base.add("}");
    } else if (at < 11) {
      base.addAll(FormulaSymbols.OTHERS.draw(random));
    } else if (at < 20) {
      List<String> accent = FormulaSymbols.ACCENTS.draw(random);
      base.addAll(accent);
      base.add("{");
      letter(base);
      if (FormulaSymbols.isWide(accent.getFirst()) && chance(0.5)) {
        letter(base);
      }
      base.add("}");
    } else if (at < 21) {
      upright(base);
    } else {
      letter(base);
    }
    return base;
  }

  /** At least one script. */
  void scripts(List<String> out) {
    scripts(out, 0, 1);
  }

  private void scripts(List<String> out, double none, int depth) {
    if (chance(none)) {
      return;
    }
    double place = random.nextDouble();
    if (place < 0.68) {
      out.addAll(List.of("_", "{"));
      index(out, depth);
      out.add("}");
    }
    if (place > 0.46) {
      out.addAll(List.of("^", "{"));
      superscript(out, depth);
      out.add("}");
    }
  }

  /** A lower script. */
  void lower(List<String> out) {
    out.addAll(List.of("_", "{"));
    index(out, 2);
    out.add("}");
  }

  /** An upper script that is an index. */
  void upper(List<String> out) {
    out.addAll(List.of("^", "{"));
    index(out, 2);
    out.add("}");
  }

  private void superscript(List<String> out, int depth) {
    if (chance(0.58)) {
      out.addAll(FormulaSymbols.SUPERSCRIPTS.draw(random));
    } else {
      index(out, depth);
    }
  }

  private void index(List<String> out, int depth) {
    double at = 100 * random.nextDouble();
    if (at < 30) {
      out.addAll(FormulaSymbols.DIGITS.draw(random));
    } else if (at < 78) {
      for (int i = 0, most = 1 + count(); i < most; i++) {
        if (i > 0 && chance(0.06)) {
          out.add(",");
        }
        indexLetter(out);
        if (depth < 2 && chance(0.05)) {
          scripts(out, 0, 2);
        }
      }
    } else if (at < 86) {
      indexLetter(out);
      out.add(chance(0.55) ? "+" : "-");
      out.addAll(chance(0.6) ? List.of("1") : FormulaSymbols.INDICES.draw(random));
    } else if (at < 90) {
      out.add("(");
      if (chance(0.5)) {
        indexLetter(out);
      } else {
        out.addAll(FormulaSymbols.DIGITS.draw(random));
      }
      out.add(")");
    } else if (at < 92.5) {
      upright(out);
    } else if (at < 94) {
      out.addAll(FormulaSymbols.WORDS.draw(random));
    } else if (at < 96) {
      letter(out);
      letter(out);
    } else if (at < 97.5) {
      out.add(chance(0.5) ? "\\dot" : "\\bar");
      out.add("{");
      indexLetter(out);
      out.add("}");
    } else if (at < 98.5) {
      out.addAll(List.of("\\frac", "{", "1", "}", "{", "2", "}"));
    } else {
      out.addAll(FormulaSymbols.DIGITS.draw(random));
      indexLetter(out);
    }
  }

  private int count() {
    double at = random.nextDouble();
    return at < 0.6 ? 0 : at < 0.92 ? 1 : at < 0.97 ? 2 : 3;
  }

  private void indexLetter(List<String> out) {
    out.addAll(
        chance(FAVOURITE)
            ? indices.get(random.nextInt(indices.size()))
            : FormulaSymbols.INDICES.draw(random));
  }

  /**
   * Below and above a large sign.
   *
   * @param ofIntegral whether nothing is counted
   */
  void bounds(List<String> out, boolean ofIntegral) {
    out.addAll(List.of("_", "{"));
    if (ofIntegral) {
      if (chance(0.55)) {
        out.addAll(chance(0.75) ? List.of("0") : List.of("-", "\\infty"));
      } else {
        letter(out);
        if (chance(0.2)) {
          scripts(out, 0, 2);
        }
      }
    } else {
      indexLetter(out);
      double at = random.nextDouble();
      if (at < 0.65) {
        out.add(at < 0.6 ? "=" : "\\in");
        if (chance(0.8)) {
          out.add(chance(0.6) ? "1" : "0");
        } else {
          letter(out);
        }
      } else if (at < 0.75) {
        out.add(chance(0.3) ? "," : chance(0.5) ? "<" : "\\neq");
        indexLetter(out);
      }
    }
    out.add("}");
    if (chance(0.7)) {
      out.addAll(List.of("^", "{"));
      if (chance(0.4)) {
        out.add("\\infty");
      } else {
        letter(out);
        if (chance(0.2)) {
          out.addAll(List.of("-", "1"));
        }
      }
      out.add("}");
    }
  }
}
