@NullMarked
package dev.deed.evaluation.demo;

import org.jspecify.annotations.NullMarked;
