/**
 * A monitor of drift: whether answers of early exits stay those of full depth while they are given.
 *
 * <p>Begin with {@link Watch}: a share of requests is decoded losslessly, and each tells whether
 * exits alone would have answered otherwise. {@link CapitalProcess} bets against "at most the
 * tolerance differs"; once its capital is large enough, all later answers get full depth. {@code
 * generate} and {@code serve} have it as {@code --watch}.
 *
 * <p>The test may be read after every answer. That is only true as long as what is bet depends on
 * earlier answers alone.
 */
@NullMarked
package dev.deed.watch;

import org.jspecify.annotations.NullMarked;
