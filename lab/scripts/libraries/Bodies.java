import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.CrossOriginHandler;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.util.Callback;

/** What Jetty's own handlers do with a body that is too long, and with a page's question. */
class Bodies {
  private static final int LENGTH = 20 << 20;

  public static void main(String[] args) throws Exception {
    SizeLimitHandler size = new SizeLimitHandler(1 << 20, -1);
    size.setHandler(new Reading());
    String post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + LENGTH + "\r\n\r\n";
    System.out.println("20 MB where 1 MB is allowed: " + ask(size, post, LENGTH));
    CrossOriginHandler pages = new CrossOriginHandler();
    pages.setAllowedOriginPatterns(Set.of("https://a\\.example"));
    pages.setAllowedHeaders(Set.of("*"));
    pages.setHandler(new Reading());
    String question =
        "OPTIONS / HTTP/1.1\r\nHost: x\r\nOrigin: https://a.example\r\nConnection: close\r\n"
            + "Access-Control-Request-Method: POST\r\n"
            + "Access-Control-Request-Headers: authorization, x-stainless-os\r\n\r\n";
    System.out.println("a page's question: " + ask(pages, question, 0));
  }

  private static final class Reading extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      Content.Source.asInputStream(request).readAllBytes();
      response.write(true, ByteBuffer.wrap("read".getBytes(StandardCharsets.UTF_8)), callback);
      return true;
    }
  }

  private static String ask(Handler handler, String head, int length) throws Exception {
    Server server = new Server();
    ServerConnector port = new ServerConnector(server);
    server.addConnector(port);
    server.setHandler(handler);
    server.start();
    try (Socket client = new Socket("127.0.0.1", port.getLocalPort())) {
      OutputStream out = client.getOutputStream();
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      for (int left = length; left > 0; left -= 1 << 16) {
        out.write(new byte[1 << 16]);
        Thread.sleep(1);
      }
      return new String(client.getInputStream().readNBytes(1000), StandardCharsets.US_ASCII)
          .replace("\r\n", " | ");
    } catch (IOException e) {
      return e.toString();
    } finally {
      server.stop();
    }
  }
}
