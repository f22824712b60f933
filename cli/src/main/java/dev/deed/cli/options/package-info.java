/** Options that commands share. */
@NullMarked
package dev.deed.cli.options;

import org.jspecify.annotations.NullMarked;
