@NullMarked
package dev.deed.engine;

import org.jspecify.annotations.NullMarked;
