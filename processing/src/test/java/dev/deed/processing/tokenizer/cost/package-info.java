@NullMarked
package dev.deed.processing.tokenizer.cost;

import org.jspecify.annotations.NullMarked;
