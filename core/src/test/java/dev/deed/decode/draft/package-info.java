@NullMarked
package dev.deed.decode.draft;

import org.jspecify.annotations.NullMarked;
