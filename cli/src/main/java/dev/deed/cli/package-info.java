/** The command line: options in, calls to the other modules, results out. No logic of its own. */
@NullMarked
package dev.deed.cli;

import org.jspecify.annotations.NullMarked;
