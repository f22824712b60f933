/**
 * Requests in flight: they are admitted, read, encoded between decoder steps, and decoded in one
 * batch that they join and leave. It knows nothing of texts and pictures; {@link Work} hides them.
 *
 * <p>Begin with {@link RequestEngine}, the entrance: its lock guards requests, the queue and rows.
 * {@link Admission} gives rows, a place to wait, or a refusal. {@link EngineLoop} is the thread
 * that computes: it encodes a piece or runs a step, drops those that were cancelled, and gives back
 * what is done. {@link Placement} says which thread pool takes what, {@link Pacing} whether the
 * encoder or a step is next. {@link SideWork} shares out threads for all that runs beside the
 * steps.
 *
 * <p>A caller of your own implements {@link Work}. A fairer order of clients belongs to {@link
 * Admission}, a fairer sharing of steps to the class that {@link EngineLoop} asks before each.
 *
 * <p>There is one lock. Take no second one while it is held, and call nobody else's code under it.
 */
@NullMarked
package dev.deed.engine;

import org.jspecify.annotations.NullMarked;
