package io.tinyscale.callback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.Hook;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.tenant.Tenant;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers get for the callback URLs of front ends, and the other way round. */
class RelayedUrlsTest {

  private static final String URL = "https://moodle.example.org/broker.php?a=1&b=2";
  private static final Tenant HOUSE = new Tenant("house", List.of(Secret.of("front")));

  private final List<String> events = new ArrayList<>();
  private final FakeRelay relay = new FakeRelay();
  private long now;
  private final RelayedUrls urls =
      new RelayedUrls(
          relay,
          new GatewayObserver() {
            @Override
            public void callbackOfRelay(String tenant, CallbackKind kind, long refused) {
              events.add("refused " + refused + " of " + tenant + ", " + kind);
            }

            @Override
            public void callbackLeft(String tenant, CallbackKind kind, String cause, long left) {
              events.add("left " + left + " of " + tenant + ", " + kind + ": " + cause);
            }
          },
          () -> now);

  private String inCreate(String query) {
    return urls.inCreate(HOUSE, new QueryString(query)).raw();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "meta_endCallbackUrl, ENDED",
    "meta_endcallbackurl, ENDED",
    "META_ENDCALLBACKURL, ENDED",
    "meta%5FendCallbackUrl, ENDED",
    "meetingEndedURL, ENDED",
    "meta_bbb-recording-ready-url, RECORDING_READY",
    "meta_bn-recording-ready-url, RECORDING_READY",
    "meta_canvas-Recording-Ready-Url, RECORDING_READY",
    "meta_analytics-callback-url, ANALYTICS"
  })
  void replacesTheUrlOfEveryCallbackWhereItStands(String name, CallbackKind kind) {
    String query = "name=a+%2f&" + name + "=" + encoded(URL) + "&&welcome=%C3%A9";

    assertThat(inCreate(query))
        .isEqualTo(
            "name=a+%2f&"
                + name
                + "="
                + encoded(FakeRelay.callbackUrl("house", kind, 1, URL))
                + "&&welcome=%C3%A9");
    assertThat(events).isEmpty();
  }

  @Test
  void replacesEveryOccurrenceByAUrlOfItsOwn() {
    String query =
        "meetingEndedURL="
            + encoded(URL)
            + "&meta_endCallbackUrl="
            + encoded(URL)
            + "&meetingEndedURL=http://b";

    assertThat(inCreate(query))
        .isEqualTo(
            "meetingEndedURL="
                + encoded(FakeRelay.callbackUrl("house", CallbackKind.ENDED, 1, URL))
                + "&meta_endCallbackUrl="
                + encoded(FakeRelay.callbackUrl("house", CallbackKind.ENDED, 2, URL))
                + "&meetingEndedURL="
                + encoded(FakeRelay.callbackUrl("house", CallbackKind.ENDED, 3, "http://b")));
  }

  @Test
  void tellsTheRelayOfWhichMeetingItIs() {
    inCreate("meetingID=+room+7%0A&meetingEndedURL=" + encoded(URL) + "&meetingID=other");
    inCreate("meta_endCallbackUrl=" + encoded(URL));

    assertThat(relay.meetings()).containsExactly("room 7", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "name=x&meetingID=math",
        "logoutURL=https%3A%2F%2Fa.example.org&meetingendedurl=https%3A%2F%2Fa.example.org",
        "endCallbackUrl=https%3A%2F%2Fa.example.org&meta_other-url=https%3A%2F%2Fa.example.org",
        "meta_bbb-recording-ready-url-2=https%3A%2F%2Fa.example.org",
        "meetingEndedURL&meta_endCallbackUrl=&meta_analytics-callback-url=+%20"
      })
  void changesNoByteOfOtherParameters(String query) {
    assertThat(inCreate(query)).isEqualTo(query);
    assertThat(events).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/broker.php, it is no absolute http or https URL",
    "moodle.example.org, it is no absolute http or https URL",
    "ftp%3A%2F%2Fa.example.org, it is no absolute http or https URL",
    "https%3A%2Fa.example.org, it is no absolute http or https URL",
    "https%3A%2F%2F, it is no URL",
    "https%3A%2F%2Fa.example.org%2F%7C, it is no URL",
    "%E2%80%83https%3A%2F%2Fa.example.org, it is no URL",
    "https%3A%2F%2Fgreen_light.example.org, 'its host is no valid name; write it in ASCII, without _'",
    "https%3A%2F%2Fm%C3%BCnchen.example.org, 'its host is no valid name; write it in ASCII, without _'",
    "https%3A%2F%2Fa.example.org%2F%EF%BF%BE, it has a character that no XML document can hold",
    "https%3A%2F%2Fa.example.org%2F%EF%BF%BF, it has a character that no XML document can hold",
    "javascript%3Aalert(1), it is no absolute http or https URL"
  })
  void leavesWhatTheRelayCannotCall(String value, String cause) {
    String query = "name=x&meetingEndedURL=" + value;

    assertThat(inCreate(query)).isEqualTo(query);
    assertThat(events).containsExactly("left 1 of house, ended: " + cause);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00e9", "\ufffd", "\ue000", "\ud7ff", "\ud83d\ude00"})
  void relaysWhatXmlCanHold(String letter) {
    String url = "https://a.example.org/" + letter;

    assertThat(inCreate("meetingEndedURL=" + encoded(url)))
        .isEqualTo(
            "meetingEndedURL="
                + encoded(FakeRelay.callbackUrl("house", CallbackKind.ENDED, 1, url)));
    assertThat(events).isEmpty();
  }

  @Test
  void leavesALongerUrlThanTheRelayCanCall() {
    String longest = "https://a.example.org/" + "x".repeat(2048 - 22);

    assertThat(inCreate("meetingEndedURL=" + encoded(longest)))
        .isEqualTo(
            "meetingEndedURL="
                + encoded(FakeRelay.callbackUrl("house", CallbackKind.ENDED, 1, longest)));
    assertThat(inCreate("meetingEndedURL=" + encoded(longest + "x")))
        .isEqualTo("meetingEndedURL=" + encoded(longest + "x"));
    assertThat(events).containsExactly("left 1 of house, ended: it is longer than 2048 bytes");
  }

  @Test
  void tellsOfWhatItLeavesOnceAMinute() {
    inCreate("meetingEndedURL=a&meta_endCallbackUrl=b");
    inCreate("meetingEndedURL=c");
    now += Duration.ofMinutes(1).toNanos();
    inCreate("meta_analytics-callback-url=d");

    assertThat(events)
        .containsExactly(
            "left 1 of house, ended: it is no absolute http or https URL",
            "left 3 of house, analytics: it is no absolute http or https URL");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        FakeRelay.PREFIX + "e1.school.1.aHR0cA",
        FakeRelay.PREFIX + "h1.school.aHR0cA",
        FakeRelay.PREFIX,
        "https://lb.example.org/tiny/bigbluebutton/tinyscale/callback",
        "HTTPS://LB.Example.org/tiny/bigbluebutton/tinyscale/callback/x",
        "http://lb.example.org/tiny/bigbluebutton/tinyscale/callback/x",
        "https://lb.example.org:443/tiny/bigbluebutton/tinyscale/callback/x",
        "https://lb.example.org/tiny/a/../bigbluebutton//tinyscale/callback/x",
        "https://lb.example.org/tiny/%62igbluebutton/tinyscale/callback/x",
        "https://lb.example.org/x/%2e%2e/tiny/bigbluebutton/tinyscale/callback/x",
        "https://lb.example.org/x/%2E./tiny/./bigbluebutton/tinyscale/callback/x",
        "https://lb.example.org/tiny;b=2/bigbluebutton/tinyscale/callback;a=1/TOKEN",
        "https://lb.example.org./tiny/bigbluebutton/tinyscale/callback/x",
        "https://lb.example.org.:443/tiny/bigbluebutton/tinyscale/callback/x",
        "https://me:pw@lb.example.org/tiny/bigbluebutton/tinyscale/callback/x",
        "https://lb.example.org:443/tiny/bigbluebutton/tinyscale/callback/h1.house.AA?x=|",
        "https://lb.example.org:443/tiny/bigbluebutton/tinyscale/callback/h1.house.AA?x=%",
        "https://lb.example.org\\tiny\\bigbluebutton\\tinyscale\\callback\\x",
        "https:\\\\lb.example.org/tiny/bigbluebutton/tinyscale/callback/x",
        "https://a.example.org\\@lb.example.org/tiny/bigbluebutton/tinyscale/callback/x",
        "https:lb.example.org/tiny/bigbluebutton/tinyscale/callback/x",
        "https:///lb.example.org/tiny/bigbluebutton/tinyscale/callback/x",
        "https://lb%2Eexample.org/tiny/bigbluebutton/tinyscale/callback/x",
        "https://\uff4c\uff42\u3002example.org/tiny/bigbluebutton/tinyscale/callback/x",
        "https://lb.exam\u00adple.org/tiny/bigbluebutton/tinyscale/callback/x",
        "https://lb.ex\tample.org/ti\nny/bigbluebutton/tinyscale/callback/x",
        "\u2003https://lb.example.org/tiny/bigbluebutton/tinyscale/callback/x",
        "ftp://lb.example.org/tiny/bigbluebutton/tinyscale/callback/x",
        "//lb.example.org/tiny/bigbluebutton/tinyscale/callback/x",
        "lb.example.org/tiny/bigbluebutton/tinyscale/callback/x"
      })
  void aUrlOfTheRelayReachesNoServer(String url) {
    assertThat(inCreate("name=x&meta_endCallbackUrl=" + encoded(url) + "&record=true"))
        .isEqualTo("name=x&record=true");
    now += Duration.ofMinutes(1).toNanos();
    assertThat(urls.ofHook(HOUSE, url)).isEmpty();
    assertThat(events).containsExactly("refused 1 of house, ended", "refused 1 of house, webhook");
  }

  @Test
  void tellsOfUrlsOfTheRelayOnceAMinute() {
    String url = encoded(FakeRelay.hookUrl("school", URL));

    assertThat(inCreate(("&meetingEndedURL=" + url).repeat(600)).replace("&", "")).isEmpty();
    assertThat(events).containsExactly("refused 1 of house, ended");
    now += Duration.ofMinutes(1).toNanos();
    inCreate("meta_analytics-callback-url=" + url);

    assertThat(events)
        .containsExactly("refused 1 of house, ended", "refused 600 of house, analytics");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://lb.example.org/greenlight/meeting_ended",
        "https://lb.example.org.evil.example.com/tiny/bigbluebutton/tinyscale/callback/x",
        "https://lb.example.org/bigbluebutton/tinyscale/callback/x",
        "https://lb.example.org/tiny/bigbluebutton/tinyscale/callbacks",
        "https://lb.example.org/tiny/bigbluebutton/tinyscale/x/../y/callback/x",
        "https://fe.example.org/?to=https://lb.example.org/tiny/bigbluebutton/tinyscale/callback/x"
      })
  void aFrontEndMayLiveOnTheHostOfTheBalancer(String url) {
    assertThat(inCreate("meetingEndedURL=" + encoded(url)))
        .isEqualTo(
            "meetingEndedURL="
                + encoded(FakeRelay.callbackUrl("house", CallbackKind.ENDED, 1, url)));
    assertThat(urls.ofHook(HOUSE, url)).contains(FakeRelay.hookUrl("house", url));
  }

  @Test
  void aWebhookIsRegisteredAlwaysAlike() {
    assertThat(urls.ofHook(HOUSE, URL)).contains(FakeRelay.hookUrl("house", URL));
    assertThat(urls.ofHook(HOUSE, " " + URL + " ")).contains(FakeRelay.hookUrl("house", URL));
    assertThat(urls.ofHook(HOUSE, "b")).contains("b");
    assertThat(events)
        .containsExactly("left 1 of house, webhook: it is no absolute http or https URL");
  }

  @Test
  void aWebhookIsShownWithItsOriginalUrl() {
    Hook relayed = new Hook("3", FakeRelay.hookUrl("house", URL), "m1", "e", false, true);
    Hook bare = new Hook("4", URL, "", "", false, false);
    Hook foreign = new Hook("5", FakeRelay.PREFIX + "h1.house.?", "", "", false, false);

    assertThat(urls.ofFrontEnd(relayed))
        .isEqualTo(
            new Hook(
                "3", URL, "m1", "e", false, true, relayed.callbackUrl(), relayed.callbackUrl()));
    assertThat(urls.ofFrontEnd(relayed).isRelayed()).isTrue();
    assertThat(urls.ofFrontEnd(relayed).commonId()).isEqualTo(Hook.commonId(URL));
    assertThat(urls.ofFrontEnd(bare)).isSameAs(bare);
    assertThat(urls.ofFrontEnd(foreign)).isSameAs(foreign);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://lb.example.org/tiny",
        "https://old.example.org",
        "HTTPS://old.example.org:8443/a/b",
        "https://lb.example.org"
      })
  void aWebhookOfAnEarlierUrlOfTheRelayIsShownWithItsOriginalUrl(String earlier) {
    String relayed = FakeRelay.hookUrl("house", URL);
    String url = earlier + relayed.substring("https://lb.example.org/tiny".length());
    Hook hook = new Hook("3", url, "", "", false, false);

    Hook shown = urls.ofFrontEnd(hook);

    assertThat(shown).isEqualTo(hook.relayedTo(URL, relayed));
    assertThat(shown.isRelayed()).isFalse();
    assertThat(shown.urlToRegister()).isEqualTo(relayed);
    assertThat(shown.isSameAs(new Hook("4", " " + URL, "", "", false, false))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://a.example.org/?u=https://old.example.org/bigbluebutton/tinyscale/callback/h1.house.aHR0cA",
        "https://a.example.org/bigbluebutton/tinyscale/callback/h1.school.aHR0cA",
        "https://a.example.org/bigbluebutton/tinyscale/callback/e1.house.1.aHR0cA",
        "https://a.example.org/bigbluebutton/tinyscale/callback/h1.house.aHR0cA/more",
        "/bigbluebutton/tinyscale/callback/h1.house.aHR0cA"
      })
  void aWebhookThatOnlyResemblesOneOfTheRelayStaysAsItIs(String url) {
    Hook hook = new Hook("3", url, "", "", false, false);

    assertThat(urls.ofFrontEnd(hook)).isSameAs(hook);
  }

  @Test
  void anAnswerInMemoryStaysTheSameObjectIfItShowsNoUrlOfTheRelay() {
    Body answer = Body.of("<response>" + URL + "</response>");

    assertThat(urls.inAnswer(answer)).isSameAs(answer);
  }

  @Test
  void withoutARelayNothingChanges() {
    QueryString create = new QueryString("meetingEndedURL=" + encoded(URL));
    Body answer = Body.of(FakeRelay.callbackUrl("house", CallbackKind.ENDED, 1, URL));
    byte[] item = FakeRelay.PREFIX.getBytes(UTF_8);
    Hook hook = new Hook("3", FakeRelay.hookUrl("house", URL), "", "", false, false);

    assertThat(CallbackUrls.UNCHANGED.areRelayed()).isFalse();
    assertThat(CallbackUrls.UNCHANGED.inCreate(HOUSE, create)).isSameAs(create);
    assertThat(CallbackUrls.UNCHANGED.ofHook(HOUSE, URL)).contains(URL);
    assertThat(CallbackUrls.UNCHANGED.ofFrontEnd(hook)).isSameAs(hook);
    assertThat(CallbackUrls.UNCHANGED.inAnswer(answer)).isSameAs(answer);
    assertThat(CallbackUrls.UNCHANGED.inItem(item)).isSameAs(item);
  }
}
