@NullMarked
package dev.deed.processing.tokenizer;

import org.jspecify.annotations.NullMarked;
