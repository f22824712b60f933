@NullMarked
package dev.deed.value;

import org.jspecify.annotations.NullMarked;
