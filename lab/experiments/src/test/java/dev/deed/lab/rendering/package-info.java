@NullMarked
package dev.deed.lab.rendering;

import org.jspecify.annotations.NullMarked;
