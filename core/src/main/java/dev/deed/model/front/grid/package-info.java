/** Parts of fronts that work on grids: convolutions, windows and biases of distances. */
@NullMarked
package dev.deed.model.front.grid;

import org.jspecify.annotations.NullMarked;
