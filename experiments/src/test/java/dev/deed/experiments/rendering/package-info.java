@NullMarked
package dev.deed.experiments.rendering;

import org.jspecify.annotations.NullMarked;
