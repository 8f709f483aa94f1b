package io.tinyscale.admin;

import io.tinyscale.admin.AdminDoor.Hosts;
import io.tinyscale.admin.Logins.Denial;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.config.AdminSettings.MetricsAccess;
import io.tinyscale.config.AdminToken;
import io.tinyscale.http.Endpoint;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.HttpRequest;
import io.tinyscale.observe.GatewayObserver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Says who may ask what at the door. Immutable. */
final class Access {

  /** An address or localhost, with or without a port: no name server is asked for these. */
  private static final Pattern ADDRESS =
      Pattern.compile("(localhost|[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");

  private static final Problem HOST =
      new Problem(
          403,
          "host-not-allowed",
          "Not under this name",
          "The admin door answers requests for localhost, for addresses, and for the names in"
              + " admin.hosts only.");

  private static final Problem TOO_MANY_FAILURES =
      new Problem(
              429,
              "too-many-failures",
              "Too many wrong tokens",
              "This address has sent too many requests without a right token.")
          .with("Retry-After", "60");

  /** What proxies add. */
  private static final List<String> PROXY_FIELDS = List.of("Forwarded", "X-Forwarded-For", "Via");

  /** What nginx asks by if nobody has told it otherwise; Prometheus, curl and browsers do not. */
  private static final String OF_PROXIES = "HTTP/1.0";

  private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}$");

  private final MetricsAccess metrics;
  private final Hosts hosts;
  private final Set<String> names;
  private final Logins logins;
  private final GatewayObserver observer;

  /**
   * Access to a door.
   *
   * @param names under which the door may be asked, beside those that {@code hosts} allows
   * @param logins know the tokens
   * @param observer is told of those who have none
   */
  Access(
      MetricsAccess metrics,
      Hosts hosts,
      Set<String> names,
      Logins logins,
      GatewayObserver observer) {
    this.metrics = metrics;
    this.hosts = hosts;
    this.names = Set.copyOf(names);
    this.logins = logins;
    this.observer = observer;
  }

  /** Refuses a request under a name that the door does not have. */
  void requireHost(HttpRequest request) throws Refusal {
    if (!isUnderRightName(request)) {
      throw new Refusal(HOST);
    }
  }

  /** The token that a request brings; refuses one without a right token. */
  AdminToken requireToken(HttpRequest request) throws Refusal {
    if (!logins.haveTokens()) {
      throw new Refusal(
          new Problem(
                  403,
                  "no-tokens-configured",
                  "No token is configured",
                  "Set admin.tokens.file; `tinyscale token create NAME --scope SCOPE` makes a token.")
              .with(json -> json.name("fix").value("Set admin.tokens.file.")));
    }
    Optional<String> field = request.fields().first("Authorization");
    Optional<AdminToken> token = logins.of(field.orElse(""));
    if (token.isPresent()) {
      return token.get();
    }
    String address = request.address().get();
    Denial denial = logins.failed(address);
    if (denial == Denial.TOO_MANY) {
      throw new Refusal(TOO_MANY_FAILURES);
    }
    if (denial == Denial.TOLD_AND_LOGGED) {
      observer.adminDenied(address);
    }
    throw new Refusal(
        new Problem(
                401,
                field.isEmpty() ? "token-missing" : "token-wrong",
                "A token is needed",
                "Send a token of admin.tokens.file as Authorization: Bearer.")
            .with("WWW-Authenticate", "Bearer realm=\"tinyscale\""));
  }

  /** Refuses what a browser sends for a page of another origin. */
  void requireSameOrigin(HttpRequest request) throws Refusal {
    String site = request.fields().first("Sec-Fetch-Site").orElse("none");
    String host = request.fields().first("Host").orElse("");
    Optional<String> origin = request.fields().first("Origin");
    boolean isOwn =
        origin.isEmpty()
            || origin.get().equalsIgnoreCase("http://" + host)
            || origin.get().equalsIgnoreCase("https://" + host)
            || names.contains(hostOf(origin.get()));
    if (!isOwn || !site.equals("none") && !site.equals("same-origin")) {
      throw new Refusal(
          new Problem(
              403,
              "origin-not-allowed",
              "Not from another page",
              "The admin door takes no changes from pages of other origins."));
    }
  }

  /** A proxy may have changed the name under which it asks, and not the origin. */
  private static String hostOf(String origin) {
    return PORT.matcher(origin.toLowerCase(Locale.ROOT).replaceFirst("^https?://", ""))
        .replaceFirst("");
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
    return isUnderRightName(request)
        ? Optional.empty()
        : Optional.of(HOST.answer(request.trace().id()));
  }

  private boolean isUnderRightName(HttpRequest request) {
    if (isUnderAddress(request)) {
      return true;
    }
    String host = request.fields().first("Host").orElse("").toLowerCase(Locale.ROOT);
    return hosts == Hosts.ANY && names.isEmpty()
        || names.contains(PORT.matcher(host).replaceFirst(""));
  }

  private Optional<HttpAnswer> metricsRefusal(HttpRequest request) {
    if (metrics == MetricsAccess.OPEN || metrics == MetricsAccess.LOCAL && isLocal(request)) {
      return Optional.empty();
    }
    boolean bringsToken =
        logins.haveTokens() && request.fields().first("Authorization").isPresent();
    if (metrics == MetricsAccess.LOCAL && !bringsToken) {
      return Optional.of(
          Answers.problem(
              request,
              403,
              "metrics-local-only",
              "Only from this machine",
              "Metrics are for callers on this machine who ask for localhost or an address by"
                  + " HTTP/1.1, and whose request no proxy has passed on. Send a token, or set"
                  + " metrics.access=open if everybody who reaches the door may read them."));
    }
    try {
      requireToken(request);
      return Optional.empty();
    } catch (Refusal refused) {
      return Optional.of(refused.problem().answer(request.trace().id()));
    }
  }

  private static boolean isUnderAddress(HttpRequest request) {
    return request.fields().first("Host").filter(ADDRESS.asMatchPredicate()).isPresent();
  }

  private static boolean isLocal(HttpRequest request) {
    // A browser on this machine must not be led here by the name of a stranger's page.
    return isUnderAddress(request)
        && !request.fields().protocol().equals(OF_PROXIES)
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
