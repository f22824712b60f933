package dev.deed.server.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoint answers a path and a method; {@code HEAD} goes where {@code GET} does. A path with
 * {@code *} stands for all that begin and end like it and have something between; the first that
 * fits counts. Filled on one thread, then safe for use from many.
 */
public final class Routes {
  /** Who may ask, and what answers. */
  public enum Access {
    /** Holders of the key. */
    GUARDED,
    /** Holders of the key for operators. */
    ADMIN,
    /** Everybody. */
    OPEN,
    /** Everybody, whatever else the server does. */
    PROBE
  }

  /** In the place of a method: all of them. */
  public static final String ANY = "";

  /**
   * A path that is served.
   *
   * @param path what metrics call it too
   * @param endpoints by their methods, or by {@link #ANY}
   */
  record Route(Access access, String path, Map<String, Endpoint> endpoints) {
    private boolean matches(String requestPath) {
      int star = path.indexOf('*');
      return star < 0
          ? requestPath.equals(path)
          : requestPath.length() >= path.length()
              && requestPath.startsWith(path.substring(0, star))
              && requestPath.endsWith(path.substring(star + 1));
    }

    @Nullable Endpoint endpoint(String method) {
      return endpoints.getOrDefault(method.equals("HEAD") ? "GET" : method, endpoints.get(ANY));
    }

    /** All its methods, in alphabetical order. */
    String methods() {
      Set<String> all = new TreeSet<>(endpoints.keySet());
      all.addAll(endpoints.containsKey("GET") ? Set.of("HEAD", "OPTIONS") : Set.of("OPTIONS"));
      return String.join(", ", all);
    }
  }

  /** Of all other paths: it answers each method, by an error. */
  private static final Route NONE =
      new Route(
          Access.GUARDED,
          "other",
          Map.of(
              ANY,
              exchange -> {
                throw ApiException.notFound(
                    "there is no such path; /openapi.yaml describes those there are");
              }));

  private final List<Route> routes = new ArrayList<>();

  /** Adds a path that holders of the key may {@code GET}. */
  public Routes get(String path, Endpoint endpoint) {
    return add(Access.GUARDED, "GET", path, endpoint);
  }

  /** Adds a path that holders of the key may {@code POST} to. */
  public Routes post(String path, Endpoint endpoint) {
    return add(Access.GUARDED, "POST", path, endpoint);
  }

  /**
   * Adds a path that everybody may {@code GET}. All of these share a thread that does nothing else,
   * so their endpoints must not wait.
   */
  public Routes probe(String path, Endpoint endpoint) {
    return add(Access.PROBE, "GET", path, endpoint);
  }

  /** Adds a method of a path: all of one stand together. */
  public Routes add(Access access, String method, String path, Endpoint endpoint) {
    if (routes.isEmpty() || !routes.getLast().path.equals(path)) {
      routes.add(new Route(access, path, new HashMap<>()));
    }
    routes.getLast().endpoints.put(method, endpoint);
    return this;
  }

  /** The route of a path, {@link #NONE} where it is not served. */
  Route find(String path) {
    return routes.stream().filter(route -> route.matches(path)).findFirst().orElse(NONE);
  }
}
