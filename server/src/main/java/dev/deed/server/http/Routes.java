package dev.deed.server.http;

import java.util.ArrayList;
import java.util.List;

/**
 * Which endpoint answers a path and a method. A path has one method; {@code HEAD} goes where {@code
 * GET} does. A path with {@code *} stands for all that begin and end like it and have something
 * between; the first that fits counts. Filled on one thread, then safe for use from many.
 */
public final class Routes {
  /** Who may ask, and what answers. */
  enum Access {
    /** Holders of the key. */
    GUARDED,
    /** Holders of the key for operators. */
    ADMIN,
    /** Everybody. */
    OPEN,
    /** Everybody, whatever else the server does. */
    PROBE
  }

  /**
   * A path that is served.
   *
   * @param method the one that it has; empty: all
   * @param path what metrics call it too
   */
  record Route(Access access, String method, String path, Endpoint endpoint) {
    private boolean matches(String asked) {
      int star = path.indexOf('*');
      return star < 0
          ? asked.equals(path)
          : asked.length() >= path.length()
              && asked.startsWith(path.substring(0, star))
              && asked.endsWith(path.substring(star + 1));
    }

    boolean takes(String asked) {
      return method.isEmpty()
          || asked.equals(method)
          || (asked.equals("HEAD") && method.equals("GET"));
    }

    /** All its methods, in alphabetical order. */
    String methods() {
      return method.equals("GET") ? "GET, HEAD, OPTIONS" : "OPTIONS, " + method;
    }
  }

  /** Of all other paths: it answers each method, by an error. */
  private static final Route NONE =
      new Route(
          Access.GUARDED,
          "",
          "other",
          exchange -> {
            throw ApiException.notFound(
                "there is no such path; /openapi.yaml describes those there are");
          });

  private final List<Route> routes = new ArrayList<>();

  /** Adds a path that holders of the key may {@code GET}. */
  public Routes get(String path, Endpoint endpoint) {
    return add(Access.GUARDED, "GET", path, endpoint);
  }

  /** Adds a path that holders of the key may {@code POST} to. */
  public Routes post(String path, Endpoint endpoint) {
    return add(Access.GUARDED, "POST", path, endpoint);
  }

  /** Adds a path that operators may {@code POST} to. */
  public Routes admin(String path, Endpoint endpoint) {
    return add(Access.ADMIN, "POST", path, endpoint);
  }

  /** Adds a path that everybody may {@code GET}. */
  public Routes open(String path, Endpoint endpoint) {
    return add(Access.OPEN, "GET", path, endpoint);
  }

  /**
   * Adds a path that everybody may {@code GET}. All of these share a thread that does nothing else,
   * so their endpoints must not wait.
   */
  public Routes probe(String path, Endpoint endpoint) {
    return add(Access.PROBE, "GET", path, endpoint);
  }

  private Routes add(Access access, String method, String path, Endpoint endpoint) {
    routes.add(new Route(access, method, path, endpoint));
    return this;
  }

  /** The route of a path, {@link #NONE} where it is not served. */
  Route find(String path) {
    return routes.stream().filter(route -> route.matches(path)).findFirst().orElse(NONE);
  }
}
