/** Pictures of made-up text lines and formulas, for models that read them. */
@NullMarked
package dev.deed.experiments.rendering;

import org.jspecify.annotations.NullMarked;
