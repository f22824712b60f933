@NullMarked
package dev.deed.model.front.grid;

import org.jspecify.annotations.NullMarked;
