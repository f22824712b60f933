@NullMarked
package dev.deed.processing.tokenizer.training;

import org.jspecify.annotations.NullMarked;
