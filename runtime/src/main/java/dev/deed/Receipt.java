package dev.deed;

/**
 * What an answer came from: sums (SHA-256, 64 hexadecimal digits) of the model, of what it read and
 * was told, and of what it said. {@link Proof#receipt} makes one and {@link Proof#check} holds an
 * answer against it. It is no signature: whoever changes an answer can write another receipt, which
 * then fails the check. Immutable.
 *
 * <p>Lines are UTF-8 and end with a newline, JSON is canonical (RFC 8785, whole numbers with all
 * digits), and numbers are little-endian.
 *
 * @param origin what the answer came from
 * @param tokens of the token ids, four bytes each
 * @param stated the settings that the caller stated, as canonical JSON with {@code exits}, {@code
 *     generation} and {@code stop} as far as there are any; no sum, so that the answer can be
 *     checked without knowing them
 */
public record Receipt(Origin origin, String tokens, String stated) {
  /**
   * The model, what it read and how it was to answer.
   *
   * @param model of a line with {@code config.json} as an object, without {@code exits}, {@code
   *     assistant}, {@code audio_context}, {@code _name_or_path} and {@code transformers_version};
   *     then of each tensor of the weights' files, in the order of their names (UTF-16 units), a
   *     line {@code ["name","F32",[3,4]]} and its bytes as stored, those of an adapter merged in
   *     fp32. Shards have the sum of one file with the same tensors
   * @param tokenizer of the folder's files that read texts, pictures and sounds ({@code
   *     tokenizer.json}, {@code preprocessor_config.json} and their like), in the order of their
   *     names: for each a line {@code ["name",bytes]} and its bytes
   * @param input of what the encoder reads: for {@code input_ids}, {@code bbox}, {@code
   *     pixel_values}, {@code flattened_patches}, {@code input_features} and {@code input_values},
   *     in this order, those that it reads: a line such as {@code pixel_values [3, 224, 224]}, then
   *     the numbers of four bytes: whole ones for ids, IEEE 754 for others
   * @param settings of the JSON object of {@code decoder_input_ids} (what the decoder began with),
   *     {@code exits} ({@code "full"} at full depth and with verified drafts, else the exit
   *     settings that were in force), {@code generation} (the folder's settings under the caller's
   *     that may change an answer, null where switched off; without {@code max_length}, with {@code
   *     max_new_tokens}, the length that was allowed) and {@code stop}
   * @param precision how weights were held, such as {@code fp32}
   * @param version of DEED
   */
  public record Origin(
      String model,
      String tokenizer,
      String input,
      String settings,
      String precision,
      String version) {}
}
