@NullMarked
package dev.deed.evaluation;

import org.jspecify.annotations.NullMarked;
