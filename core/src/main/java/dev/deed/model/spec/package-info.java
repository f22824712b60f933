/**
 * A model as data: {@link dev.deed.model.spec.TransformerSpec} and the parameters that it needs.
 * Inference and training follow the same description.
 */
@NullMarked
package dev.deed.model.spec;

import org.jspecify.annotations.NullMarked;
