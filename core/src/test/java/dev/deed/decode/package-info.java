@NullMarked
package dev.deed.decode;

import org.jspecify.annotations.NullMarked;
