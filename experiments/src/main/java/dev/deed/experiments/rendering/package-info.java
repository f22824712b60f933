/** Pictures of made-up text lines, for models that read them. */
@NullMarked
package dev.deed.experiments.rendering;

import org.jspecify.annotations.NullMarked;
