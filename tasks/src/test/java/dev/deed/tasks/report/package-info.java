@NullMarked
package dev.deed.tasks.report;

import org.jspecify.annotations.NullMarked;
