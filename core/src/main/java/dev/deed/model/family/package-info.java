/** Model families as data: each turns a {@code config.json} into a spec and names of tensors. */
@NullMarked
package dev.deed.model.family;

import org.jspecify.annotations.NullMarked;
