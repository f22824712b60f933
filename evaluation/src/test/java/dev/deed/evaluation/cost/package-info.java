@NullMarked
package dev.deed.evaluation.cost;

import org.jspecify.annotations.NullMarked;
