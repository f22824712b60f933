@NullMarked
package dev.deed.tasks.demo;

import org.jspecify.annotations.NullMarked;
