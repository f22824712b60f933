@NullMarked
package dev.deed.lab.copying;

import org.jspecify.annotations.NullMarked;
