package io.tinyscale.gateway;

import static io.tinyscale.balancer.TestBalancer.location;
import static io.tinyscale.balancer.TestBalancer.now;
import static io.tinyscale.balancer.TestBalancer.reply;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.call.Answer;
import io.tinyscale.upstream.FakeServers.Fault;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayJoinTest {

  private final TestBalancer balancer = new TestBalancer(2);

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String sha256(String text) throws NoSuchAlgorithmException {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "meetingID=m1&fullName=Ann+Lee&role=MODERATOR",
        "&fullName=Ann%20Lee&meetingID=m1&createTime=1700000000000",
        "fullName=J%c3%b6rg+%2B+%26+%F0%9F%98%80%00&meetingID=m1&userdata-x=~(!')*",
        "meetingID=m1&fullName=A&redirect=false&&",
        "meetingID=m1&meetingID=m2&fullName=A&logoutURL=https://x/?a=b"
      })
  void redirectsToTheMeetingsServerByteForByte(String query) throws NoSuchAlgorithmException {
    balancer.bbb(2).holds("m1");

    Answer answer = balancer.call("join", query);

    assertThat(location(answer))
        .isEqualTo(
            "https://bbb2.example.org/bigbluebutton/api/join?"
                + query
                + "&checksum="
                + sha256("join" + query + "secret of bbb2"));
    assertThat(answer).hasToString("Redirect");
  }

  @Test
  void asksNoServerAboutAKnownMeeting() {
    balancer.call("create", "meetingID=m1");
    int asked = balancer.servers.count();

    balancer.call("join", "meetingID=m1&fullName=A");

    assertThat(balancer.servers.count()).isEqualTo(asked);
  }

  @Test
  void redirectsToASilentServer() {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).is(Fault.REFUSES);
    balancer.goesDown(1);

    assertThat(location(balancer.call("join", "meetingID=m1&fullName=A")))
        .startsWith("https://bbb1.example.org/");
  }

  private static JsonObject errorIn(String location) {
    String errors = location.substring(location.indexOf("errors=") + "errors=".length());
    return JsonParser.parseString(URLDecoder.decode(errors.split("#")[0], StandardCharsets.UTF_8))
        .getAsJsonArray()
        .get(0)
        .getAsJsonObject();
  }

  @ParameterizedTest
  @CsvSource({
    "https://fe.example.org/bye, https://fe.example.org/bye?errors=",
    "http://fe.example.org/?a=b, http://fe.example.org/?a=b&errors=",
    "https://fe.example.org/x#top, https://fe.example.org/x?errors=",
    "https://fe.example.org/x?a=b#top, https://fe.example.org/x?a=b&errors="
  })
  void redirectsWithTheErrorWhereTheFrontEndWantsIt(String address, String prefix) {
    for (String name : new String[] {"errorRedirectUrl", "logoutURL"}) {
      String location =
          location(
              balancer.call("join", "meetingID=m1&fullName=A&" + name + "=" + encoded(address)));

      assertThat(location).startsWith(prefix);
      assertThat(errorIn(location).get("key").getAsString()).isEqualTo("invalidMeetingIdentifier");
      assertThat(errorIn(location).get("message").getAsString()).isNotEmpty();
      assertThat(location.endsWith("#top")).isEqualTo(address.endsWith("#top"));
    }
  }

  @Test
  void theAddressForErrorsComesBeforeTheOneForLogout() {
    String location =
        location(
            balancer.call(
                "join",
                "meetingID=m1&logoutURL="
                    + encoded("https://out/")
                    + "&errorRedirectUrl="
                    + encoded("https://err/")));

    assertThat(location).startsWith("https://err/?errors=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "//evil.example.org/",
        "/bye",
        "ftp://x/",
        "https://x/\r\nSet-Cookie: a=b",
        "https://x/ y",
        "https://x/\u0000",
        ""
      })
  void redirectsOnlyToWebAddresses(String address) {
    Answer answer =
        balancer.call("join", "meetingID=m1&fullName=A&errorRedirectUrl=" + encoded(address));

    assertThat(reply(answer).messageKey()).isEqualTo("invalidMeetingIdentifier");
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "FALSE"})
  void answersADocumentIfTheCallerWantsNoRedirect(String redirect) {
    Answer answer =
        balancer.call(
            "join",
            "meetingID=m1&fullName=A&redirect="
                + redirect
                + "&logoutURL="
                + encoded("https://fe.example.org/"));

    assertThat(reply(answer).messageKey()).isEqualTo("invalidMeetingIdentifier");
  }

  @Test
  void answersADocumentIfTheCallNamesNoAddress() {
    assertThat(balancer.key("join", "meetingID=m1&fullName=A"))
        .isEqualTo("invalidMeetingIdentifier");
  }

  @ParameterizedTest
  @CsvSource({
    "fullName=A, missingParamMeetingID",
    "meetingID=m, sizeError",
    "'meetingID=a%2Cb', validationError"
  })
  void redirectsWithTheErrorForAnInvalidId(String query, String key) {
    String location =
        location(balancer.call("join", query + "&logoutURL=" + encoded("https://fe/")));

    assertThat(errorIn(location).get("key").getAsString()).isEqualTo(key);
  }

  @Test
  void aWrongChecksumNeverRedirects() {
    Answer answer =
        now(
            balancer.handle(
                "GET",
                "join",
                new QueryString(
                    "meetingID=m1&logoutURL="
                        + encoded("https://evil.example.org/")
                        + "&checksum="
                        + "0".repeat(64)),
                "",
                Body.EMPTY));

    assertThat(reply(answer).messageKey()).isEqualTo("checksumError");
  }

  @Test
  void aSilentServerIsNoProofOfAbsence() {
    balancer.bbb(2).is(Fault.SILENT);
    CompletableFuture<Answer> answer =
        balancer.calling("join", "meetingID=m1&logoutURL=" + encoded("https://fe/"));

    balancer.time.advance(TestBalancer.LIST);

    assertThat(errorIn(location(now(answer))).get("key").getAsString()).isEqualTo("internalError");
  }
}
