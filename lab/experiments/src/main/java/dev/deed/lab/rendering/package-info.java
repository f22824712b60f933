/** Pictures of made-up text lines and formulas, for models that read them. */
@NullMarked
package dev.deed.lab.rendering;

import org.jspecify.annotations.NullMarked;
