@NullMarked
package dev.deed.tasks.data.copying;

import org.jspecify.annotations.NullMarked;
