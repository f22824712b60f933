@NullMarked
package dev.deed.evaluation.report;

import org.jspecify.annotations.NullMarked;
