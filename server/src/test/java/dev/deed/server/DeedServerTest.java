package dev.deed.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DeedServerTest {
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, , true",
    "'::', , true",
    "192.0.2.1, , true",
    "192.0.2.1, sesame, false",
    "127.0.0.1, , false",
    "127.3.2.1, , false",
    "'::1', , false"
  })
  void othersMayAskWhereTheAddressIsNoLoopbackAndNoKeyIsAskedFor(
      String host, @Nullable String key, boolean open) throws UnknownHostException {
    ServerOptions options = new ServerOptions(host, 0, key, 1 << 20, 4, null, Set.of(), 60);
    assertThat(DeedServer.isOpen(options, InetAddress.getByName(host))).isEqualTo(open);
  }
}
