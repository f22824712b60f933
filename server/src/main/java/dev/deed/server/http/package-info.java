/**
 * HTTP itself: connections, bodies, errors, streams, and who may ask. It knows nothing of models.
 *
 * <p>Begin with {@link Gate}, which every request goes through: its name, access, the endpoint,
 * errors as JSON. {@link Routes} finds the {@link Endpoint} of a path; an {@link Exchange} is a
 * request with its answer. {@link BodyReader} and {@link StrictJson} read bodies within bounds,
 * {@link MultipartForm} forms. {@link ApiKeys} and {@link AccessRules} say who may ask. {@link
 * EventStream} and {@link MessageSocket} are answers that go on. {@link ConnectionWatch} notices
 * clients that left or do not read.
 *
 * <p>A further limit belongs to {@link BodyReader} or {@link Gate}, and into {@code SECURITY.md}.
 * An error is an {@link ApiException} with its status, never a page of Jetty's.
 */
@NullMarked
package dev.deed.server.http;

import org.jspecify.annotations.NullMarked;
