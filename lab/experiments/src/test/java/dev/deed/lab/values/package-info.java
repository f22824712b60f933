@NullMarked
package dev.deed.lab.values;

import org.jspecify.annotations.NullMarked;
