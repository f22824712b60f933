@NullMarked
package dev.deed.model.front;

import org.jspecify.annotations.NullMarked;
