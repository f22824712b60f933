package dev.deed.server.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which endpoint answers a path and a method. {@code HEAD} goes where {@code GET} does. A path that
 * ends in {@code *} stands for all that begin like it and go on. Filled on one thread, then safe
 * for use from many.
 */
public final class Routes {
  /** Who may ask, and what answers. */
  enum Access {
    /** Holders of the key. */
    GUARDED,
    /** Everybody. */
    OPEN,
    /** Everybody, whatever else the server does. */
    PROBE
  }

  /**
   * A path that is served.
   *
   * @param method one that it has; empty: all
   * @param path what metrics call it too
   */
  record Route(Access access, String method, String path, Endpoint endpoint) {
    private boolean matches(String asked) {
      if (!path.endsWith("*")) {
        return asked.equals(path);
      }
      int start = path.length() - 1;
      return asked.length() > start && asked.startsWith(path.substring(0, start));
    }

    boolean takes(String asked) {
      return method.isEmpty()
          || asked.equals(method)
          || (asked.equals("HEAD") && method.equals("GET"));
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

  /** Adds a path that holders of the key may {@code DELETE}. */
  public Routes delete(String path, Endpoint endpoint) {
    return add(Access.GUARDED, "DELETE", path, endpoint);
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

  /**
   * The route of a path, of another method where it lacks this one; {@link #NONE}: there is none.
   */
  Route find(String path, String method) {
    List<Route> all = routes.stream().filter(route -> route.matches(path)).toList();
    return all.stream()
        .filter(route -> route.takes(method))
        .findFirst()
        .orElse(all.isEmpty() ? NONE : all.getFirst());
  }

  /** All methods of a path, in alphabetical order. */
  String methods(String path) {
    Set<String> all = new TreeSet<>(Set.of("OPTIONS"));
    for (Route route : routes) {
      if (route.matches(path)) {
        all.addAll(route.method.equals("GET") ? Set.of("GET", "HEAD") : Set.of(route.method));
      }
    }
    return String.join(", ", all);
  }
}
