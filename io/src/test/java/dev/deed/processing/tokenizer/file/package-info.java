@NullMarked
package dev.deed.processing.tokenizer.file;

import org.jspecify.annotations.NullMarked;
