@NullMarked
package dev.deed.table;

import org.jspecify.annotations.NullMarked;
