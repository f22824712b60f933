@NullMarked
package dev.deed.tasks.evaluation;

import org.jspecify.annotations.NullMarked;
