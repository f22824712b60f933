/** Pictures of made-up text lines, for models that read them. */
@NullMarked
package dev.deed.tasks.data.rendering;

import org.jspecify.annotations.NullMarked;
