/**
 * Languages that an answer's text may be of: choices, regular expressions, JSON by a schema,
 * grammars. What users write is untrusted: its size, and the time and memory that it takes, are
 * bounded.
 *
 * <p>Begin with {@link TokenLanguage}, which says which tokens of a vocabulary may come next.
 * {@link Language} reads a constraint: {@link ExpressionReader}, {@link SchemaReader} and {@link
 * GrammarReader} turn each kind into {@link Syntax}. {@link ByteGraph} makes rules over bytes of
 * it, and {@link ByteAutomaton} runs them over a text.
 *
 * <p>A kind of constraint of your own is a reader that gives {@link Syntax}, and a case in {@link
 * Language}. A keyword of JSON Schema is a case in {@link SchemaReader}; {@code docs/generation.md}
 * lists what is read.
 */
@NullMarked
package dev.deed.processing.grammar;

import org.jspecify.annotations.NullMarked;
