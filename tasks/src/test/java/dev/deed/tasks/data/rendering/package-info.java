@NullMarked
package dev.deed.tasks.data.rendering;

import org.jspecify.annotations.NullMarked;
