/** What results are shown with: tables for terminals and Markdown. */
@NullMarked
package dev.deed.evaluation.report;

import org.jspecify.annotations.NullMarked;
