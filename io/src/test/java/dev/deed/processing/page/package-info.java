@NullMarked
package dev.deed.processing.page;

import org.jspecify.annotations.NullMarked;
