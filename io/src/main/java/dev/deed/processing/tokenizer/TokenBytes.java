package dev.deed.processing.tokenizer;

/**
 * The bytes that tokens add to the text of an answer.
 *
 * @param first what each token adds as the first of a text; null where it is no part of any: a
 *     special token, one that the text leaves out, an id beyond the vocabulary
 * @param later what it adds behind others
 * @param isUniform whether both are the same
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TokenBytes(byte[][] first, byte[][] later, boolean isUniform) {}
