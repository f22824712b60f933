/** Where results, progress and errors go. */
@NullMarked
package dev.deed.cli.output;

import org.jspecify.annotations.NullMarked;
