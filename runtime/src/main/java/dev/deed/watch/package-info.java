/** Whether answers keep a promise: bets that losses are as small, or as large, as is claimed. */
@NullMarked
package dev.deed.watch;

import org.jspecify.annotations.NullMarked;
