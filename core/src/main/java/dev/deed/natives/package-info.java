/** Where native libraries are loaded from. */
@NullMarked
package dev.deed.natives;

import org.jspecify.annotations.NullMarked;
