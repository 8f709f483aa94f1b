package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page of another origin attacks, while an administrator is logged in. */
@Tag("parts")
@ExtendWith(PageExtension.class)
class StatusPageSecurityIT {

  private final StatusPage page;
  private final Browser browser;
  private HttpServer other;

  StatusPageSecurityIT(StatusPage page) {
    this.page = page;
    browser = page.browser();
  }

  @BeforeEach
  void startTheOtherOrigin() throws IOException {
    other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext(
        "/",
        exchange -> {
          byte[] empty = "<!DOCTYPE html><title>Other</title>".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, empty.length);
          exchange.getResponseBody().write(empty);
          exchange.close();
        });
    other.start();
  }

  @AfterEach
  void stopTheOtherOrigin() {
    page.open();
    browser.errors();
    browser.requests();
    other.stop(0);
  }

  private void goToTheOtherOrigin() {
    // Not by the browser's own about:blank: the token must still be in the tab's storage.
    browser.run("location.href = arguments[0]", otherAddress());
    await().until(() -> "Other".equals(browser.run("return document.title")));
  }

  private String otherAddress() {
    return "http://127.0.0.1:" + other.getAddress().getPort() + "/";
  }

  private String api(String path) {
    return page.running().door() + "/api/v1" + path;
  }

  /** Calls that would do harm: each a path, a method and a body. */
  private List<List<String>> harm() {
    return List.of(
        List.of(api("/servers/bbb1/end-meetings"), "POST", "{}"),
        List.of(api("/servers/bbb1/end-meetings?force=true"), "POST", "{\"force\":true}"),
        List.of(api("/meetings/end"), "POST", "{\"meetingID\":\"exam\",\"server\":\"bbb1\"}"),
        List.of(api("/servers/bbb1"), "POST", "{\"state\":\"disabled\"}"),
        List.of(api("/servers/bbb1"), "DELETE", ""),
        List.of(api("/servers/bbb1/state"), "PUT", "{\"state\":\"disabled\"}"));
  }

  @Test
  void formsOfAnotherOriginChangeNothing() {
    page.meet(page.server(1), "exam", 2);
    String pool = page.running().poolText();

    for (List<String> call : posts()) {
      for (String type : List.of("text/plain", "application/x-www-form-urlencoded")) {
        goToTheOtherOrigin();
        submitForm(call.get(0), type, call.get(2));
        browser.awaitText("body", "origin-not-allowed");
      }
    }

    assertNothingHasChanged(pool);
  }

  private List<List<String>> posts() {
    return harm().stream().filter(call -> call.get(1).equals("POST")).toList();
  }

  private void submitForm(String address, String type, String body) {
    browser.run(
        """
        const [action, enctype, body] = arguments;
        const form = document.body.appendChild(document.createElement('form'));
        Object.assign(form, {action, enctype, method: 'post'});
        // As text/plain, which joins name and value by =, this is JSON.
        const [name, value] = [body.replace(/}$/, (body === '{}' ? '' : ',') + '"x":"'), '"}'];
        form.append(Object.assign(document.createElement('input'), {name, value}));
        form.submit();
        """,
        address,
        type,
        body);
  }

  @Test
  void scriptsOfAnotherOriginChangeNothing() {
    page.meet(page.server(1), "exam", 2);
    String pool = page.running().poolText();
    goToTheOtherOrigin();
    browser.statuses();

    Object allowed =
        browser.run(
            """
            const [calls, token] = arguments;
            const json = {'Content-Type': 'application/json', Authorization: `Bearer ${token}`};
            const attempts = calls.flatMap(([address, method, body]) => [
              fetch(address, {method, body: body || undefined, headers: json}),
              method === 'POST' && fetch(address, {method, body, mode: 'no-cors', credentials: 'include'}),
            ]).filter(Boolean);
            return Promise.allSettled(attempts).then((results) =>
                results.filter(({value}) => value && value.type !== 'opaque').length);
            """,
            harm(),
            RunningDoor.ADMIN);

    assertThat(allowed).as("answers that a script of another origin may read").isEqualTo(0L);
    assertThat(statuses(harm().size() + posts().size())).allMatch(status -> status >= 400);
    assertNothingHasChanged(pool);
  }

  @Test
  void picturesAndScriptsOfAnotherOriginTellNothing() {
    page.meet(page.server(1), "exam", 2);
    String pool = page.running().poolText();
    List<String> addresses =
        List.of(
            api("/servers/bbb1/end-meetings"),
            api("/servers"),
            api("/meetings/end?meetingID=exam"));
    goToTheOtherOrigin();

    Object loaded =
        browser.run(
            """
            const load = (tag, address) => new Promise((done) => {
              const node = document.createElement(tag);
              node.onload = () => done(true);
              node.onerror = () => done(false);
              node.src = address;
              document.body.append(node);
            });
            const all = [...arguments[0].flatMap((address) => [load('img', address), load('script', address)]),
                load('script', arguments[1])];
            return Promise.all(all).then((results) => results.filter(Boolean).length);
            """,
            addresses,
            page.running().door() + "/status.js");

    assertThat(loaded).isEqualTo(0L);
    assertNothingHasChanged(pool);
  }

  /** The status of this many answers, those to questions whether a call is allowed included. */
  private List<Integer> statuses(int answers) {
    List<Integer> statuses = new ArrayList<>();
    await()
        .until(
            () -> {
              statuses.addAll(browser.statuses());
              return statuses.size() >= answers;
            });
    return statuses;
  }

  private void assertNothingHasChanged(String pool) {
    assertThat(page.running().poolText()).isEqualTo(pool);
    assertThat(page.server(1).holds("exam")).isTrue();
    assertThat(page.told("bbb1").get("state").getAsString()).isEqualTo("enabled");
  }

  @Test
  void noOtherPageShowsThePageInAFrame() {
    goToTheOtherOrigin();

    browser.run(
        """
        return Promise.all(Object.entries(arguments[0]).map(([id, src]) => new Promise((done) => {
          const frame = Object.assign(document.createElement('iframe'), {id, src, onload: done});
          document.body.append(frame);
        })));
        """,
        Map.of("own", otherAddress(), "foreign", page.running().door() + "/"));

    browser.enterFrame("#own");
    assertThat(browser.run("return document.title")).isEqualTo("Other");
    browser.leaveFrame();
    browser.enterFrame("#foreign");
    assertThat(browser.elements("#login, #verdict, #main")).isEmpty();
    browser.leaveFrame();
    assertThat(browser.errors()).anyMatch(error -> error.contains("frame-ancestors"));
  }

  @Test
  void markupCannotEnterThePage() {
    assertThatThrownBy(() -> browser.run("document.body.innerHTML = '<b>x</b>'"))
        .hasMessageContaining("TrustedHTML");
    assertThatThrownBy(
            () ->
                browser.run(
                    "const script = document.createElement('script'); script.text = 'window.ran = 1';"
                        + "document.body.append(script)"))
        .hasMessageContaining("TrustedScript");
    assertThat(browser.run("return window.ran")).isNull();
    assertThat(browser.elements("main")).hasSize(1);
    assertThat(browser.errors()).allMatch(error -> error.contains("Trusted"));
  }
}
