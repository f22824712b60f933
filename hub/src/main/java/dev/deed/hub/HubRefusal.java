package dev.deed.hub;

import dev.deed.value.InputException;
import java.net.http.HttpResponse;

/** What a hub refuses, in words of our own: its messages may hold anything. */
final class HubRefusal {
  private HubRefusal() {}

  static InputException of(ModelName model, HubSettings settings, HttpResponse<?> answer) {
    String hub = settings.endpoint().toString();
    String token =
        settings.token() == null
            ? "set HF_TOKEN to a token that may read it"
            : "use a token in HF_TOKEN that may read it";
    String code = answer.headers().firstValue("X-Error-Code").orElse("");
    int status = answer.statusCode();
    String what = "model " + model;
    return switch (code) {
      case "GatedRepo" ->
          new InputException(
              what,
              "is gated",
              "accept its terms at " + hub + "/" + model.repository() + ", then " + token);
      case "RevisionNotFound" ->
          new InputException(
              what,
              "has no revision \"" + model.revision() + "\"",
              "look at " + hub + "/" + model.repository() + "/tree/main for its branches and tags");
      case "EntryNotFound" ->
          new InputException(
              what, "lacks a file that the hub lists", "run it again, or ask for a commit");
      default ->
          status == 401 || status == 403 || status == 404
              ? new InputException(
                  what,
                  "is unknown at " + hub + ", or private",
                  "check the name, or give a folder that exists; if it is private, " + token)
              : new InputException(
                  what, "is refused by " + hub + " (" + status + ")", "ask the hub's operator");
    };
  }
}
