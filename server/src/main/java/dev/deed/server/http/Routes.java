package dev.deed.server.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which endpoint answers a path and a method. {@code HEAD} goes where {@code GET} does. Filled on
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

  private record Place(String path, boolean prefix, Kind kind, Map<String, Endpoint> methods) {
    boolean matches(String asked) {
      return prefix ? asked.startsWith(path) && asked.length() > path.length() : asked.equals(path);
    }
  }

  private final List<Place> places = new ArrayList<>();

  /** Adds a path that wants the key. */
  public Routes add(String method, String path, Endpoint endpoint) {
    return add(method, path, false, Kind.GUARDED, endpoint);
  }

  /** Adds all paths that begin so, and go on; they want the key. */
  public Routes addBelow(String method, String start, Endpoint endpoint) {
    return add(method, start, true, Kind.GUARDED, endpoint);
  }

  /** Adds a path that everybody may ask. */
  public Routes addOpen(String method, String path, Endpoint endpoint) {
    return add(method, path, false, Kind.OPEN, endpoint);
  }

  /** Adds all paths that begin so, and go on; everybody may ask them. */
  public Routes addOpenBelow(String method, String start, Endpoint endpoint) {
    return add(method, start, true, Kind.OPEN, endpoint);
  }

  /**
   * Adds a path that everybody may {@code GET}. All of these share a thread that does nothing else,
   * so their endpoints must not wait.
   */
  public Routes addProbe(String path, Endpoint endpoint) {
    return add("GET", path, false, Kind.PROBE, endpoint);
  }

  private Routes add(String method, String path, boolean prefix, Kind kind, Endpoint endpoint) {
    for (Place place : places) {
      if (place.path.equals(path) && place.prefix == prefix && place.kind == kind) {
        place.methods.put(method, endpoint);
        return this;
      }
    }
    Map<String, Endpoint> methods = new LinkedHashMap<>();
    methods.put(method, endpoint);
    places.add(new Place(path, prefix, kind, methods));
    return this;
  }

  /** Whether a path wants the key; those that are not served do. */
  boolean isGuarded(String path) {
    Place place = find(path);
    return place == null || place.kind == Kind.GUARDED;
  }

  /** Whether a request is one of those that have a thread of their own. */
  boolean isProbe(String method, String path) {
    Place place = find(path);
    return place != null
        && place.kind == Kind.PROBE
        && (method.equals("GET") || method.equals("HEAD"));
  }

  /** How metrics call a path; {@code other} for those that are not served. */
  String label(String path) {
    Place place = find(path);
    return place == null ? "other" : place.prefix ? place.path + "*" : place.path;
  }

  /**
   * The endpoint of a request.
   *
   * @throws ApiException 404 or 405 when there is none
   */
  Endpoint find(String method, String path) {
    Place place = find(path);
    if (place == null) {
      throw ApiException.notFound("there is no such path; /openapi.yaml describes those there are");
    }
    Endpoint found = place.methods.get(method.equals("HEAD") ? "GET" : method);
    if (found == null) {
      throw ApiException.wrongMethod(methods(place));
    }
    return found;
  }

  /** The methods of a path; null where it is not served. */
  @Nullable String methods(String path) {
    Place place = find(path);
    return place == null ? null : methods(place);
  }

  private static String methods(Place place) {
    TreeSet<String> methods = new TreeSet<>(place.methods.keySet());
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    methods.add("OPTIONS");
    return String.join(", ", methods);
  }

  private @Nullable Place find(String path) {
    for (Place place : places) {
      if (place.matches(path)) {
        return place;
      }
    }
    return null;
  }
}
