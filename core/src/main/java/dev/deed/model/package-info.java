/**
 * One transformer, described by a {@link dev.deed.model.spec.TransformerSpec}: its parameters,
 * encoder, decoder layers and exits. Knows nothing of sampling or of where inputs come from.
 */
@NullMarked
package dev.deed.model;

import org.jspecify.annotations.NullMarked;
