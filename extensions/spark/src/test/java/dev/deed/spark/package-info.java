@NullMarked
package dev.deed.spark;

import org.jspecify.annotations.NullMarked;
