@NullMarked
package dev.deed.page;

import org.jspecify.annotations.NullMarked;
