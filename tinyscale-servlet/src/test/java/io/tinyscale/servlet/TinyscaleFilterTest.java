package io.tinyscale.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.config.ConfigException;
import io.tinyscale.health.StartupException;
import io.tinyscale.http.Routes;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.simulator.SimulatedServer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentCaptor;

class TinyscaleFilterTest {

  @TempDir private Path folder;

  private final SimulatedServer server = SimulatedServer.builder().start();
  private final TinyscaleFilter filter = new TinyscaleFilter();
  private final FilterChain chain = mock(FilterChain.class);

  @AfterEach
  void stop() {
    filter.destroy();
    server.close();
  }

  private FilterConfig declaration(SimulatedServer behind) throws IOException {
    return declaration(behind, Map.of());
  }

  private FilterConfig declaration(SimulatedServer behind, Map<String, String> more)
      throws IOException {
    Path pool =
        Files.writeString(
            folder.resolve("servers.json"),
            "[{\"host\": \"" + behind.uri() + "\", \"secret\": \"" + behind.secret() + "\"}]");
    Map<String, String> settings = new HashMap<>(more);
    settings.put("tinyscale.secret", "front");
    settings.put("tinyscale.servers", pool.toString());
    return Declarations.filter(settings, Map.of());
  }

  private static HttpServletRequest get(String uri, String contextPath) {
    HttpServletRequest request = mock(HttpServletRequest.class);
    when(request.getMethod()).thenReturn("GET");
    when(request.getRequestURI()).thenReturn(uri);
    when(request.getContextPath()).thenReturn(contextPath);
    return request;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/campus/",
        "/campus/health/live",
        "/campus/bigbluebutton/client",
        "/campus/bigbluebutton/apis",
        "/bigbluebutton/api/create"
      })
  void passesOtherPathsDownTheChainUntouched(String uri) throws Exception {
    filter.init(declaration(server));
    HttpServletRequest request = get(uri, "/campus");
    HttpServletResponse response = mock(HttpServletResponse.class);

    filter.doFilter(request, response, chain);

    verify(chain).doFilter(request, response);
    verify(request, never()).startAsync();
    verifyNoInteractions(response);
  }

  @Test
  void passesRequestsThatAreNotHttpDownTheChain() throws Exception {
    filter.init(declaration(server));
    ServletRequest request = mock(ServletRequest.class);
    ServletResponse response = mock(ServletResponse.class);

    filter.doFilter(request, response, chain);

    verify(chain).doFilter(request, response);
  }

  @Test
  void aWrongConfigurationFailsTheStartWithAllProblems() {
    FilterConfig declaration =
        Declarations.filter(
            Map.of("tinyscale.health.interval", "soon"), Map.of("tinyscale.cache.tll", "1s"));

    assertThatExceptionOfType(ServletException.class)
        .isThrownBy(() -> filter.init(declaration))
        .withCauseInstanceOf(ConfigException.class)
        .withMessageContaining("health.interval: soon")
        .withMessageContaining("tinyscale.cache.tll: unknown key")
        .withMessageContaining("secret: missing");
    ArgumentCaptor<String> logged = ArgumentCaptor.forClass(String.class);
    verify(declaration.getServletContext(), times(4)).log(logged.capture());
    assertThat(logged.getAllValues())
        .allMatch(line -> line.startsWith("tinyscale.start-failed problem=\""))
        .anyMatch(line -> line.contains("health.interval: soon"))
        .anyMatch(line -> line.contains("tinyscale.cache.tll: unknown key"))
        .anyMatch(line -> line.contains("secret: missing"))
        .anyMatch(line -> line.contains("servers: "));
  }

  @Test
  void doesNotStartWithoutItsServers() throws Exception {
    FilterConfig declaration = declaration(server);
    server.close();

    assertThatExceptionOfType(ServletException.class)
        .isThrownBy(() -> filter.init(declaration))
        .withCauseInstanceOf(StartupException.class);
  }

  @Test
  void leavesNothingBehindIfItsDoorDoesNotOpen() throws Exception {
    List<String> told = new ArrayList<>();
    TinyscaleFilter whole =
        TinyscaleFilter.ofWholeWebapp(
            settings ->
                new TinyscaleFilter.Door() {
                  @Override
                  public GatewayObserver observer() {
                    return new GatewayObserver() {
                      @Override
                      public void stopped() {
                        told.add("stopped");
                      }
                    };
                  }

                  @Override
                  public Routes open(Balancer balancer) {
                    throw new IllegalStateException("a mistake");
                  }

                  @Override
                  public void announceStop() {}

                  @Override
                  public void close() {
                    told.add("closed");
                  }
                });
    FilterConfig declaration = declaration(server, Map.of("tinyscale.admin.path", "/admin"));

    assertThatIllegalStateException().isThrownBy(() -> whole.init(declaration));

    assertThat(told).containsExactly("stopped", "closed");
  }

  @Test
  void tellsItsStartAndItsStop() throws Exception {
    List<String> told = new ArrayList<>();
    TinyscaleFilter observed =
        new TinyscaleFilter(
            List.of(
                new GatewayObserver() {
                  @Override
                  public void started(int up, int servers) {
                    told.add("started with " + up + " of " + servers);
                  }

                  @Override
                  public void stopped() {
                    told.add("stopped");
                  }
                }));

    observed.init(declaration(server));
    observed.destroy();
    observed.destroy();

    assertThat(told).containsExactly("started with 1 of 1", "stopped");
  }

  @Test
  void hasAStatusWhileItRuns() throws Exception {
    TinyscaleFilter watched = new TinyscaleFilter();
    assertThat(watched.status()).isEmpty();

    watched.init(declaration(server));
    assertThat(watched.status()).map(BalancerStatus::takingNewMeetings).contains(1);

    watched.destroy();
    assertThat(watched.status()).isEmpty();
  }

  @Test
  void refusesRequestsBeforeItIsInitialised() throws Exception {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                filter.doFilter(
                    get("/bigbluebutton/api", ""), mock(HttpServletResponse.class), chain));
    verify(chain, never()).doFilter(any(), any());
  }
}
