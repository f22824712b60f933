/** The demonstration: a model's answers token by token, and its times beside full depth. */
@NullMarked
package dev.deed.evaluation.demo;

import org.jspecify.annotations.NullMarked;
