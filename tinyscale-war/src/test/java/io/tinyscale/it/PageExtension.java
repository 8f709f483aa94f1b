package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the status page of a running balancer. All classes share the browser, the balancer
 * and its servers, because each takes seconds to start; before each test all servers are up and
 * empty. After each test no error is left in the console, and the page has asked no other host.
 */
final class PageExtension implements ParameterResolver, BeforeEachCallback, AfterEachCallback {

  private static final ExtensionContext.Namespace SHARED =
      ExtensionContext.Namespace.create(PageExtension.class);

  private static StatusPage page(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(SHARED)
        .getOrComputeIfAbsent(StatusPage.class, key -> StatusPage.start(), StatusPage.class);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == StatusPage.class;
  }

  @Override
  public StatusPage resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return page(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    StatusPage page = page(context);
    page.restore();
    // What a test that failed has left.
    page.browser().errors();
    page.browser().requests();
    page.browser().view(1280, 900, "light");
    page.open();
    page.awaitNoMeetings();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    StatusPage page = page(context);
    assertThat(page.browser().errors()).as("errors in the console").isEmpty();
    assertThat(page.browser().requests())
        .filteredOn(address -> address.getScheme().startsWith("http"))
        .extracting(URI::getAuthority)
        .as("hosts that were asked")
        .isSubsetOf(page.running().door().getAuthority());
  }
}
