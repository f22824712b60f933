/** Speed of a model against the limits of the machine, and against other engines. */
@NullMarked
package dev.deed.lab.speed;

import org.jspecify.annotations.NullMarked;
