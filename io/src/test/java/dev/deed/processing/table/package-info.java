@NullMarked
package dev.deed.processing.table;

import org.jspecify.annotations.NullMarked;
