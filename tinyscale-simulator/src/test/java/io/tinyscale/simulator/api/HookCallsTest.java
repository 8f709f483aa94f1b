package io.tinyscale.simulator.api;

import static io.tinyscale.simulator.Caller.encode;
import static io.tinyscale.simulator.Caller.key;
import static io.tinyscale.simulator.Caller.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.simulator.Caller;
import io.tinyscale.simulator.SimulatedServer;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HookCallsTest {
  private SimulatedServer server;
  private Caller caller;

  @BeforeEach
  void start() {
    restart(Profile.V3_0);
  }

  private void restart(Profile profile) {
    close();
    server = SimulatedServer.builder().webhooks(true).profile(profile).start();
    caller = new Caller(server);
  }

  @AfterEach
  void close() {
    if (server != null) {
      server.close();
    }
  }

  private HttpResponse<String> create(String url, String more) throws Exception {
    return caller.get("hooks/create", "callbackURL=" + encode(url) + more);
  }

  @Test
  void aUrlIsRegisteredOnceWhateverItsMeeting() throws Exception {
    HttpResponse<String> first = create("https://fe.example.org/hook?a=1&b=2", "&meetingID=one");
    HttpResponse<String> second = create("https://fe.example.org/hook?a=1&b=2", "&meetingID=two");

    assertThat(text(first, "permanentHook")).isEqualTo("false");
    assertThat(text(first, "hookID")).contains("-");
    assertThat(key(second)).isEqualTo("duplicateWarning");
    assertThat(text(second, "hookID")).isEqualTo(text(first, "hookID"));
  }

  @Test
  void oldReleasesCountHooks() throws Exception {
    restart(Profile.V2_7);
    String query = "callbackURL=" + encode("https://fe.example.org/hook");

    HttpResponse<String> answer =
        caller.getUnsigned("hooks/create", caller.signed("hooks/create", query, "SHA-1"));

    assertThat(text(answer, "hookID")).isEqualTo("1");
  }

  @Test
  void theListOfAMeetingIncludesGlobalHooks() throws Exception {
    create("https://fe.example.org/all", "");
    create("https://fe.example.org/one", "&meetingID=one&eventID=meeting-ended");
    create("https://fe.example.org/two", "&meetingID=two");

    String list = caller.get("hooks/list", "meetingID=one").body();

    assertThat(list)
        .contains(
            "<![CDATA[https://fe.example.org/all]]>",
            "<![CDATA[one]]>",
            "<eventID>meeting-ended</eventID>")
        .doesNotContain("two");
  }

  @Test
  void destroyedHooksAreGone() throws Exception {
    String id = text(create("https://fe.example.org/hook", ""), "hookID");

    assertThat(text(caller.get("hooks/destroy", "hookID=" + id), "removed")).isEqualTo("true");
    assertThat(key(caller.get("hooks/destroy", "hookID=" + id))).isEqualTo("destroyMissingHook");
    assertThat(caller.get("hooks/list", "").body()).contains("<hooks>\n</hooks>");
  }

  @Test
  void missingParametersAreNamed() throws Exception {
    assertThat(key(caller.get("hooks/create", ""))).isEqualTo("missingParamCallbackURL");
    assertThat(key(caller.get("hooks/destroy", ""))).isEqualTo("missingParamHookID");
  }

  @Test
  void failsOnRequestsItCannotRead() throws Exception {
    assertThat(create("https://fe.example.org/hook", "&getRaw=maybe").statusCode()).isEqualTo(500);
    assertThat(caller.getUnsigned("hooks/list", "checksum=short").statusCode()).isEqualTo(500);
  }

  @Test
  void wrongChecksumsAreRefused() throws Exception {
    assertThat(key(caller.getUnsigned("hooks/list", ""))).isEqualTo("checksumError");
    assertThat(key(caller.getUnsigned("hooks/list", "checksum=" + "0".repeat(64))))
        .isEqualTo("checksumError");
  }

  @Test
  void pingNeedsNoChecksum() throws Exception {
    assertThat(caller.getUnsigned("hooks/ping", "").statusCode()).isEqualTo(200);
  }
}
