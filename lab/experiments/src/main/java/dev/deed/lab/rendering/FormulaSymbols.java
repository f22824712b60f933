package dev.deed.lab.rendering;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What formulas are made of, and how often papers of physics and mathematics have it, roughly. */
final class FormulaSymbols {
  static final WeightedTokens LETTERS =
      WeightedTokens.of(
          "x:20 y:7 z:8 a:15 b:8 c:7 d:5 e:4 f:9 g:13 h:5 i:8 j:4 k:10 l:4 m:12 n:11 o:0.7 p:13",
          "q:8 r:11 s:8 t:12 u:5 v:5 w:3",
          "A:14 B:9 C:7 D:9 E:7 F:10 G:8 H:10 I:5 J:5 K:5 L:9 M:9 N:8 O:2 P:7 Q:6 R:9 S:10 T:10",
          "U:5 V:8 W:5 X:6 Y:3 Z:5");

  static final WeightedTokens GREEK =
      WeightedTokens.of(
          "\\alpha:10 \\beta:8 \\gamma:8 \\delta:7 \\epsilon:5 \\varepsilon:2 \\zeta:2 \\eta:5",
          "\\theta:7 \\vartheta:0.5 \\iota:0.2 \\kappa:4 \\lambda:10 \\mu:8 \\nu:5 \\xi:5 \\pi:8",
          "\\varpi:0.2 \\rho:7 \\varrho:0.4 \\sigma:8 \\varsigma:0.1 \\tau:6 \\upsilon:0.2 \\phi:11",
          "\\varphi:4 \\chi:4 \\psi:8 \\omega:7",
          "\\Gamma:5 \\Delta:6 \\Theta:2 \\Lambda:5 \\Xi:0.7 \\Pi:2.5 \\Sigma:3 \\Upsilon:0.3",
          "\\Phi:6 \\Psi:4 \\Omega:5");

  static final WeightedTokens OTHERS =
      WeightedTokens.of(
          "\\hbar:6 \\ell:5 \\infty:4 \\nabla:6 \\wp:1 \\Re:0.5 \\Im:0.5 \\imath:0.4 \\triangle:1",
          "\\aleph:0.3 \\emptyset:0.3");

  /** Lorentz, spinor and matrix indices. */
  static final WeightedTokens INDICES =
      WeightedTokens.of(
          "i:14 j:10 k:9 l:3 m:6 n:12 a:10 b:6 c:3 d:2 e:1 f:1 p:2 q:1.5 r:2 s:2 t:2 x:2 z:1",
          "A:2 B:2 D:1 I:2 J:1.5 L:1 M:2 N:2.5 R:1 S:0.7 T:0.8",
          "\\mu:16 \\nu:12 \\rho:4 \\sigma:4 \\lambda:3 \\alpha:8 \\beta:6 \\gamma:2 \\delta:1",
          "\\tau:1 \\kappa:1 \\phi:1 \\theta:0.7 \\xi:0.5 \\Lambda:0.5 \\pm:1 +:2 -:2 \\infty:0.6",
          "\\perp:0.7 \\parallel:0.2 \\circ:0.2");

  static final WeightedTokens DIGITS =
      WeightedTokens.of("0:20 1:30 2:30 3:10 4:8 5:3 6:3 7:1 8:3 9:1");

  static final WeightedTokens SUPERSCRIPTS =
      WeightedTokens.of(
          "2:40 3:7 4:6 -_1:8 -_2:2 \\prime:14 \\dagger:7 *:8 \\prime_\\prime:1.5 T:2 +:3 -:2",
          "\\pm:2 n:5 N:2 d:1 \\star:1 \\circ:0.5 0:2 1:3 \\infty:0.5 -_n:1 2_n:1");

  static final WeightedTokens RELATIONS =
      WeightedTokens.of(
          "=:120 \\equiv:7 \\sim:3 \\simeq:1.5 \\approx:2 \\rightarrow:4 <:3 >:3 \\leq:2 \\geq:2",
          "\\neq:1.5 \\in:3 \\propto:1 :_=:3 \\subset:0.5 \\ll:0.4 \\gg:0.4 \\mapsto:0.5",
          "\\longrightarrow:0.8 \\Rightarrow:0.5 \\leftrightarrow:0.4 \\cong:0.4 \\Leftrightarrow:0.3",
          "\\Longrightarrow:0.3 \\perp:0.2 \\subseteq:0.2 \\doteq:0.2 \\parallel:0.1");

  static final WeightedTokens SUMS = WeightedTokens.of("+:50 -:46 \\pm:3 \\mp:1 \\oplus:0.7");

  static final WeightedTokens PRODUCTS =
      WeightedTokens.of(
          "\\cdot:8 \\times:4 \\otimes:4 \\wedge:4 \\circ:2 \\star:2 *:1.5 /:10 \\vee:0.4",
          "\\bullet:0.3 \\cap:0.5 \\cup:0.5");

  static final WeightedTokens ACCENTS =
      WeightedTokens.of(
          "\\bar:26 \\tilde:22 \\hat:22 \\dot:15 \\vec:12 \\ddot:3 \\overline:8 \\widetilde:3",
          "\\check:0.8 \\widehat:1 \\underline:1 \\breve:0.3 \\acute:0.2");

  static final WeightedTokens FUNCTIONS =
      WeightedTokens.of(
          "\\sin:12 \\cos:11 \\exp:14 \\ln:12 \\log:8 \\tan:3 \\sinh:5 \\cosh:6 \\tanh:3 \\det:5",
          "\\cot:1 \\coth:1.5 \\arctan:1 \\dim:1 \\arcsin:0.4 \\arccos:0.4 \\deg:0.3 \\ker:0.4",
          "\\sec:0.2 \\csc:0.1");

  static final WeightedTokens BOUNDED = WeightedTokens.of("\\lim:10 \\min:2 \\max:2 \\inf:0.4");

  static final WeightedTokens BIG_SUMS =
      WeightedTokens.of(
          "\\sum:36 \\prod:6 \\bigoplus:0.6 \\bigcup:0.4 \\coprod:0.2 \\bigotimes:0.3 \\bigcap:0.2");

  static final WeightedTokens INTEGRALS = WeightedTokens.of("\\int:36 \\oint:3");

  /** Upright words, letter by letter. */
  static final WeightedTokens WORDS =
      WeightedTokens.of(
          "t_r:5 T_r:7 d_e_t:2 d_i_a_g:2 f_o_r:5 a_n_d:3 w_i_t_h:2 i_f:2 o_r:1 c_o_n_s_t:1 e_f_f:3",
          "R_e:1 I_m:1 e_x_p:0.5 l_n:0.3 S_U:2 S_O:1 U:1 m_i_n:1.5 m_a_x:1.5 d:3 i:2 e:1 w_h_e_r_e:1",
          "i_n_t:1 e_x_t:1 t_o_t:1 c_l:1 r_e_g:1 V_o_l:0.5 m_o_d:1 a_l_l:0.4 s_t_r:0.4 S_T_r:0.4",
          "P_f:0.3 r_e_n:0.4 p_h_y_s:0.4 b_u_l_k:0.3 S_p:0.5 s_i_g_n:0.5 r_a_n_k:0.2 A_d_S:0.3",
          "A_d:0.3 g_h:0.3 W_Z:0.2 Y_M:0.4 C_S:0.4 G_e_V:0.4 c_o_n_f:0.2 i_n:0.5 a_s:0.3 a_t:0.3",
          "o_u_t:0.4 o_n:0.2 h_._c_.:1");

  static final WeightedTokens PUNCTUATION = WeightedTokens.of(".:40 ,:42 ;:2 \\_.:5 \\_,:3");

  static final WeightedTokens GAPS =
      WeightedTokens.of("\\quad:10 \\qquad:7 \\:4 \\quad_\\quad:0.2");

  private static final Set<String> WIDE =
      Set.of("\\overline", "\\widetilde", "\\widehat", "\\underline");

  private static final Set<String> BIG =
      Stream.of(BIG_SUMS, INTEGRALS)
          .flatMap(signs -> signs.choices().stream())
          .map(List::getFirst)
          .collect(Collectors.toUnmodifiableSet());

  /** All that can stand alone, each once. */
  static final List<List<String>> SIGNS =
      Stream.concat(
              Stream.of(
                      LETTERS, GREEK, OTHERS, DIGITS, RELATIONS, SUMS, PRODUCTS, FUNCTIONS,
                      BIG_SUMS, INTEGRALS)
                  .flatMap(signs -> signs.choices().stream()),
              Stream.of("(", ")", "[", "]", "\\{", "\\}", "|", "\\langle", "\\rangle", "\\partial")
                  .map(List::of))
          .filter(sign -> sign.size() == 1)
          .distinct()
          .toList();

  private FormulaSymbols() {}

  /** Whether an accent can stand above two letters. */
  static boolean isWide(String accent) {
    return WIDE.contains(accent);
  }

  /** Whether a sign is higher than a line: sums and integrals. */
  static boolean isBig(String token) {
    return BIG.contains(token);
  }
}
