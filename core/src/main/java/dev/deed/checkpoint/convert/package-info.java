/** Weights of others and other precisions, into folders that DEED and Transformers open. */
@NullMarked
package dev.deed.checkpoint.convert;

import org.jspecify.annotations.NullMarked;
