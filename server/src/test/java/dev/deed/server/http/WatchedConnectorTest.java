package dev.deed.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import org.eclipse.jetty.server.Server;
import org.junit.jupiter.api.Test;

final class WatchedConnectorTest {
  /** It fails again and again while the process has no file descriptor left. */
  @Test
  void connectionsThatCannotBeTakenAreLoggedOnceInAWhile() {
    LoggedLines log = new LoggedLines();
    WatchedConnector connector = new WatchedConnector(new Server(), log);
    for (int i = 0; i < 3; i++) {
      connector.handleAcceptFailure(new IOException("Too many open files"));
    }
    assertThat(log.lines).containsExactly("unaccepted: Too many open files");
  }

  @Test
  void aPortThatIsClosedIsNoFailure() {
    LoggedLines log = new LoggedLines();
    WatchedConnector connector = new WatchedConnector(new Server(), log);
    connector.handleAcceptFailure(new AsynchronousCloseException());
    connector.handleAcceptFailure(new ClosedByInterruptException());
    assertThat(log.lines).isEmpty();
  }
}
