package dev.deed.processing.tokenizer;

import java.util.OptionalInt;

/**
 * How a decoder is told the language of its answer.
 *
 * @param start the token that the decoder starts with ({@code decoder_start_token_id})
 * @param forcedFirst the token that is then emitted first whatever the model says ({@code
 *     forced_bos_token_id}); empty to leave the model's own setting as it is
 */
public record TargetLanguage(int start, OptionalInt forcedFirst) {}
