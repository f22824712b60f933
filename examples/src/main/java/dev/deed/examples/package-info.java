/**
 * Small programs that show how an application uses DEED; a test runs each of them. MODEL is a
 * folder, or a name on the Hub.
 *
 * <p>Begin with {@link PictureToMarkup}, a picture in and its text out. {@link RequestsInFlight}
 * and {@link ManyThreads} share a model, {@link StreamAndStop} shows tokens as they come, {@link
 * CalibrateAndChoose} chooses exits, {@link TablesOfPdf} reads tables, {@link AnswerService} is for
 * dependency injection.
 *
 * <p>An example of your own is a class here of at most a page, and a case in the test that runs
 * them.
 */
@NullMarked
package dev.deed.examples;

import org.jspecify.annotations.NullMarked;
