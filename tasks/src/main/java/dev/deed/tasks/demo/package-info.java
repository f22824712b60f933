/** The demonstration: a model's answers token by token, and its times beside full depth. */
@NullMarked
package dev.deed.tasks.demo;

import org.jspecify.annotations.NullMarked;
