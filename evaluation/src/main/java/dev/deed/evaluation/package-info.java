/**
 * Runs policies and models over a data set so that their times compare, and reports accuracy, exits
 * and cost as JSON, tables and a plot. docs/evaluation.md states what is measured and how.
 */
@NullMarked
package dev.deed.evaluation;

import org.jspecify.annotations.NullMarked;
