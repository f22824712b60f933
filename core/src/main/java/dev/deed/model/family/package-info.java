/**
 * Model families as data: each file turns one kind of {@code config.json} into a spec and a table
 * of tensor names.
 */
@NullMarked
package dev.deed.model.family;

import org.jspecify.annotations.NullMarked;
