/**
 * Languages that an answer's text may be of: choices, regular expressions, JSON by a schema and
 * grammars become one automaton over bytes, and that becomes the tokens of a vocabulary which may
 * follow. What users write is untrusted: its size, and the time and memory that it takes, are
 * bounded.
 */
@NullMarked
package dev.deed.processing.grammar;

import org.jspecify.annotations.NullMarked;
