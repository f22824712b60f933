@NullMarked
package dev.deed.data;

import org.jspecify.annotations.NullMarked;
