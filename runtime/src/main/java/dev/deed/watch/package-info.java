/**
 * Whether answers keep a promise while they are given: a share of them is verified at full depth,
 * and bets tell when too many differ.
 */
@NullMarked
package dev.deed.watch;

import org.jspecify.annotations.NullMarked;
