package dev.deed.server.http;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what was logged, a line for each call that tells of something wrong. */
final class LoggedLines implements RequestLog {
  final List<String> lines = new CopyOnWriteArrayList<>();

  @Override
  public void answered(String client, String model, String endpoint, int code) {}

  @Override
  public void rejected(String reason) {
    lines.add("rejected: " + reason);
  }

  @Override
  public void failed(String id, Throwable error) {
    lines.add("failed: " + error);
  }

  @Override
  public void unaccepted(String why) {
    lines.add("unaccepted: " + why);
  }
}
