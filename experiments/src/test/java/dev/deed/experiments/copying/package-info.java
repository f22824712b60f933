@NullMarked
package dev.deed.experiments.copying;

import org.jspecify.annotations.NullMarked;
