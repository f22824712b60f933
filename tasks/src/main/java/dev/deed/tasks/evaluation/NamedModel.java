package dev.deed.tasks.evaluation;

import dev.deed.EncoderDecoderModel;

/**
 * A model under evaluation.
 *
 * @param name what the report calls it
 * @param model stays the caller's to close
 */
public record NamedModel(String name, EncoderDecoderModel model) {}
