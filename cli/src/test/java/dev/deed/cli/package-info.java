@NullMarked
package dev.deed.cli;

import org.jspecify.annotations.NullMarked;
