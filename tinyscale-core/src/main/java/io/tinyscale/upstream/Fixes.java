package io.tinyscale.upstream;

import io.tinyscale.server.Server;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Says what an operator has to mend, where the failure of a call shows it. */
public final class Fixes {

  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final String API = "/bigbluebutton/api";

  private Fixes() {}

  /** The fix for an attempt that brought no answer of BBB; empty if nothing shows it. */
  static String of(Attempted attempted) {
    Server server = attempted.server();
    if (attempted.outcome() instanceof Outcome.Answered answered) {
      return of(server, answered);
    }
    if (attempted.outcome() instanceof Outcome.NotSent notSent) {
      return of(server, notSent.cause());
    }
    return attempted.outcome() instanceof Outcome.NoAnswer noAnswer
        ? of(server, noAnswer.cause())
        : "";
  }

  /** The fix for a server whose address leads to something else than the API of BBB. */
  public static String noBbb(Server server) {
    return "There is no BigBlueButton at "
        + server.api()
        + ". Correct the server's host and its path; `bbb-conf --secret` on the server prints its"
        + " address.";
  }

  private static String of(Server server, Outcome.Answered answered) {
    int status = answered.status();
    if (!answered.location().isEmpty()) {
      return redirected(server, answered.location()).orElseGet(() -> noBbb(server));
    }
    if (status == BAD_REQUEST && !usesTls(server)) {
      return speaksTls();
    }
    return status == 200 || status == NOT_FOUND ? noBbb(server) : "";
  }

  private static String of(Server server, Throwable failure) {
    List<Throwable> causes = causes(failure);
    if (has(causes, UnknownHostException.class)) {
      return "Correct the name in the server's host, or the name service of this machine.";
    }
    if (has(causes, CertPathBuilderException.class)) {
      return "Set tls.ca to a PEM file with the CA that signed the server's certificate.";
    }
    if (has(causes, CertificateExpiredException.class)) {
      return "Renew the server's certificate.";
    }
    if (says(causes, "No subject alternative") || says(causes, "No name matching")) {
      return "Write the name that the server's certificate has as its host.";
    }
    if (usesTls(server)) {
      return has(causes, SSLException.class)
          ? "If the port does not speak TLS, write http:// instead of https:// in the server's host."
          : "";
    }
    // A TLS port answers plain text with an alert, which is no HTTP, or closes the connection.
    return says(causes, "connect") || says(causes, "in time") ? "" : speaksTls();
  }

  private static String speaksTls() {
    return "If the port speaks TLS, write https:// instead of http:// in the server's host.";
  }

  /** The host to write, if the target of the redirect is the API of a server. */
  private static Optional<String> redirected(Server server, String location) {
    try {
      URI target = server.api().resolve(new URI(location));
      String path = String.valueOf(target.getRawPath());
      int end = path.indexOf(API);
      if (target.getHost() == null || end < 0) {
        return Optional.empty();
      }
      // Without what may hold a password or a checksum.
      String port = target.getPort() == -1 ? "" : ":" + target.getPort();
      String api = path.substring(0, end + API.length());
      return Optional.of(
          "Write " + target.getScheme() + "://" + target.getHost() + port + api + " as its host.");
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean usesTls(Server server) {
    return server.api().getScheme().equals("https");
  }

  private static List<Throwable> causes(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable cause = failure;
        cause != null && !causes.contains(cause);
        cause = cause.getCause()) {
      causes.add(cause);
    }
    return causes;
  }

  private static boolean has(List<Throwable> causes, Class<? extends Throwable> kind) {
    return causes.stream().anyMatch(kind::isInstance);
  }

  private static boolean says(List<Throwable> causes, String words) {
    String folded = words.toLowerCase(Locale.ROOT);
    return causes.stream()
        .anyMatch(
            cause -> String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains(folded));
  }
}
