package io.tinyscale.admin;

import io.tinyscale.admin.AdminDoor.Hosts;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.config.AdminSettings.MetricsAccess;
import io.tinyscale.http.Endpoint;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.HttpRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Says who may ask what at the door. Immutable. */
final class Access {

  /** An address or localhost, with or without a port: no name server is asked for these. */
  private static final Pattern ADDRESS =
      Pattern.compile("(localhost|[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");

  /** What proxies add. */
  private static final List<String> PROXY_FIELDS = List.of("Forwarded", "X-Forwarded-For", "Via");

  private final MetricsAccess metrics;
  private final Hosts hosts;

  Access(MetricsAccess metrics, Hosts hosts) {
    this.metrics = metrics;
    this.hosts = hosts;
  }

  /** An endpoint that everybody may ask. */
  Endpoint toAnybody(Endpoint endpoint) {
    return guarded(endpoint, this::hostRefusal);
  }

  /** An endpoint that those may ask who may read metrics. */
  Endpoint toReadersOfMetrics(Endpoint endpoint) {
    return guarded(endpoint, request -> hostRefusal(request).or(() -> metricsRefusal(request)));
  }

  private static Endpoint guarded(
      Endpoint endpoint, Function<HttpRequest, Optional<HttpAnswer>> refusal) {
    return (request, caller) -> {
      Optional<HttpAnswer> refused = refusal.apply(request);
      if (refused.isEmpty()) {
        return endpoint.handle(request, caller);
      }
      BodyCollector.discard(request.body());
      return CompletableFuture.completedStage(refused.get());
    };
  }

  /**
   * A page of a stranger can make its own name lead to this machine, and then read what the door
   * answers to that name.
   */
  private Optional<HttpAnswer> hostRefusal(HttpRequest request) {
    return hosts == Hosts.ANY || isUnderAddress(request)
        ? Optional.empty()
        : Optional.of(
            Answers.problem(
                403,
                "host-not-allowed",
                "Not under this name",
                "The admin door answers requests for localhost and for addresses only."));
  }

  private Optional<HttpAnswer> metricsRefusal(HttpRequest request) {
    return metrics == MetricsAccess.OPEN || isLocal(request)
        ? Optional.empty()
        : Optional.of(
            Answers.problem(
                403,
                "metrics-local-only",
                "Only from this machine",
                "Metrics are for callers on this machine who ask for localhost or an address, and"
                    + " whose request no proxy has passed on. Set metrics.access=open if everybody"
                    + " who reaches the door may read them."));
  }

  private static boolean isUnderAddress(HttpRequest request) {
    return request.fields().first("Host").filter(ADDRESS.asMatchPredicate()).isPresent();
  }

  private static boolean isLocal(HttpRequest request) {
    // A browser on this machine must not be led here by the name of a stranger's page.
    return isUnderAddress(request)
        && PROXY_FIELDS.stream().noneMatch(field -> request.fields().first(field).isPresent())
        && isLoopback(request.address().get());
  }

  private static boolean isLoopback(String address) {
    if (address.isEmpty()) {
      return false;
    }
    try {
      // An address of a connection is never a name.
      return InetAddress.getByName(address).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
