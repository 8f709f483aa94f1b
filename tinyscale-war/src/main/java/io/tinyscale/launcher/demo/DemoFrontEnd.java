package io.tinyscale.launcher.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tinyscale.bbb.QueryString;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/**
 * The front end of the demo: writes which callbacks reach it, and whether their signature holds.
 */
final class DemoFrontEnd implements AutoCloseable {

  private static final String ENDED = "/ended";
  private static final String RECORDING = "/recording";
  private static final int ACCEPTED = 202;
  private static final int UNAUTHORIZED = 401;
  private static final int LONGEST_FORM = 64 << 10;

  private final HttpServer server;
  private final SecretKeySpec secret;
  private final PrintStream out;

  private DemoFrontEnd(HttpServer server, String secret, PrintStream out) {
    this.server = server;
    this.secret = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "Hmac");
    this.out = out;
  }

  /** Listens on a free loopback port. */
  static DemoFrontEnd start(String secret, PrintStream out) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    DemoFrontEnd frontEnd = new DemoFrontEnd(server, secret, out);
    server.createContext(ENDED, frontEnd::ended);
    server.createContext(RECORDING, frontEnd::recording);
    server.start();
    return frontEnd;
  }

  /** What a create says to have this front end called, to be added to its query. */
  String callbacks() {
    return "&meta_endCallbackUrl=" + url(ENDED) + "&meta_bn-recording-ready-url=" + url(RECORDING);
  }

  private String url(String path) {
    return URLEncoder.encode(
        "http://127.0.0.1:" + server.getAddress().getPort() + path, StandardCharsets.UTF_8);
  }

  private void ended(HttpExchange exchange) throws IOException {
    String raw = exchange.getRequestURI().getRawQuery();
    QueryString query = new QueryString(raw == null ? "" : raw);
    tell("meeting " + query.first("meetingID").orElse("?") + " has ended.");
    answer(exchange, ACCEPTED);
  }

  private void recording(HttpExchange exchange) throws IOException {
    byte[] form = exchange.getRequestBody().readNBytes(LONGEST_FORM);
    String token =
        new QueryString(new String(form, StandardCharsets.UTF_8))
            .first("signed_parameters")
            .orElse("");
    boolean holds = holds(token);
    tell("a recording is ready. The signature " + (holds ? "holds." : "does not hold."));
    answer(exchange, holds ? ACCEPTED : UNAUTHORIZED);
  }

  private boolean holds(String token) {
    JsonWebSignature signature = new JsonWebSignature();
    signature.setAlgorithmConstraints(new AlgorithmConstraints(ConstraintType.PERMIT, "HS256"));
    signature.setKey(secret);
    try {
      signature.setCompactSerialization(token);
      return signature.verifySignature();
    } catch (JoseException noToken) {
      return false;
    }
  }

  private void tell(String message) {
    out.println("The front end was called: " + message);
    out.flush();
  }

  private static void answer(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
