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
  /**
   * An endpoint and how metrics call it.
   *
   * @param label the path, or how it begins
   */
  record Route(String label, Endpoint endpoint) {}

  private record Place(String path, boolean prefix, Map<String, Endpoint> methods) {
    boolean matches(String asked) {
      return prefix ? asked.startsWith(path) && asked.length() > path.length() : asked.equals(path);
    }
  }

  private final List<Place> places = new ArrayList<>();

  /** Adds a path. */
  public Routes add(String method, String path, Endpoint endpoint) {
    return add(method, path, false, endpoint);
  }

  /** Adds all paths that begin so, and go on. */
  public Routes addBelow(String method, String start, Endpoint endpoint) {
    return add(method, start, true, endpoint);
  }

  private Routes add(String method, String path, boolean prefix, Endpoint endpoint) {
    for (Place place : places) {
      if (place.path.equals(path) && place.prefix == prefix) {
        place.methods.put(method, endpoint);
        return this;
      }
    }
    Map<String, Endpoint> methods = new LinkedHashMap<>();
    methods.put(method, endpoint);
    places.add(new Place(path, prefix, methods));
    return this;
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
