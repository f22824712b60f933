package dev.deed.server.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoint answers a path and a method. A path has one method; {@code HEAD} goes where {@code
 * GET} does. A path that ends in {@code *} stands for all that begin like it and go on. Filled on
 * one thread, then safe for use from many.
 */
public final class Routes {
  /** Who may ask, and what answers. */
  private enum Kind {
    /** Holders of the key. */
    GUARDED,
    /** Everybody. */
    OPEN,
    /** Everybody, whatever else the server does. */
    PROBE
  }

  private record Route(Kind kind, String method, String path, Endpoint endpoint) {
    boolean matches(String asked) {
      if (!path.endsWith("*")) {
        return asked.equals(path);
      }
      int start = path.length() - 1;
      return asked.length() > start && asked.startsWith(path.substring(0, start));
    }

    boolean takes(String asked) {
      return asked.equals(method) || (asked.equals("HEAD") && method.equals("GET"));
    }

    /** All its methods, in alphabetical order. */
    String methods() {
      return method.equals("GET") ? "GET, HEAD, OPTIONS" : "OPTIONS, " + method;
    }
  }

  private final List<Route> routes = new ArrayList<>();

  /** Adds a path that wants the key. */
  public Routes add(String method, String path, Endpoint endpoint) {
    routes.add(new Route(Kind.GUARDED, method, path, endpoint));
    return this;
  }

  /** Adds a path that everybody may {@code GET}. */
  public Routes addOpen(String path, Endpoint endpoint) {
    routes.add(new Route(Kind.OPEN, "GET", path, endpoint));
    return this;
  }

  /**
   * Adds a path that everybody may {@code GET}. All of these share a thread that does nothing else,
   * so their endpoints must not wait.
   */
  public Routes addProbe(String path, Endpoint endpoint) {
    routes.add(new Route(Kind.PROBE, "GET", path, endpoint));
    return this;
  }

  /** Whether a path wants the key; those that are not served do. */
  boolean isGuarded(String path) {
    Route route = find(path);
    return route == null || route.kind == Kind.GUARDED;
  }

  /** Whether a request is one of those that have a thread of their own. */
  boolean isProbe(String method, String path) {
    Route route = find(path);
    return route != null && route.kind == Kind.PROBE && route.takes(method);
  }

  /** How metrics call a path; {@code other} for those that are not served. */
  String label(String path) {
    Route route = find(path);
    return route == null ? "other" : route.path;
  }

  /**
   * The endpoint of a request.
   *
   * @throws ApiException 404 or 405 when there is none
   */
  Endpoint find(String method, String path) {
    Route route = find(path);
    if (route == null) {
      throw ApiException.notFound("there is no such path; /openapi.yaml describes those there are");
    }
    if (!route.takes(method)) {
      throw ApiException.wrongMethod(route.methods());
    }
    return route.endpoint;
  }

  /** The methods of a path; null where it is not served. */
  @Nullable String methods(String path) {
    Route route = find(path);
    return route == null ? null : route.methods();
  }

  private @Nullable Route find(String path) {
    return routes.stream().filter(route -> route.matches(path)).findFirst().orElse(null);
  }
}
