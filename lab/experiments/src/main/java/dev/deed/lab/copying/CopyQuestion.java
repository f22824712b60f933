package dev.deed.lab.copying;

/**
 * A question about a page.
 *
 * @param task kind of question
 * @param prompt its text
 * @param answer what stands on the page
 */
record CopyQuestion(CopyTask task, String prompt, String answer) {}
