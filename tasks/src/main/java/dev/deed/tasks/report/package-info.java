/** What results are shown with: tables for terminals and Markdown. */
@NullMarked
package dev.deed.tasks.report;

import org.jspecify.annotations.NullMarked;
