package io.tinyscale.hook;

import static io.tinyscale.balancer.TestBalancer.now;
import static io.tinyscale.balancer.TestBalancer.reply;
import static io.tinyscale.balancer.TestBalancer.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.Hook;
import io.tinyscale.bbb.ListingKind;
import io.tinyscale.bbb.ListingScanner;
import io.tinyscale.body.Header;
import io.tinyscale.call.Answer;
import io.tinyscale.upstream.FakeServers.FakeHook;
import io.tinyscale.upstream.FakeServers.Fault;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HookHandlerTest {

  private static final String URL = "https://fe.example.org/hook?a=1&b=<2>";
  private static final String CREATE =
      "callbackURL=" + URLEncoder.encode(URL, StandardCharsets.UTF_8);

  private final TestBalancer balancer = new TestBalancer(3);

  @BeforeEach
  void installWebhooksOnTwoOfThreeServers() {
    balancer.bbb(1).withWebhooks();
    balancer.bbb(2).withWebhooks();
  }

  private List<Hook> list(String query) {
    return hooks(balancer.call("hooks/list", query));
  }

  private static List<Hook> hooks(Answer answer) {
    List<Hook> hooks = new ArrayList<>();
    ListingScanner scanner =
        new ListingScanner(ListingKind.HOOKS, item -> hooks.add(Hook.of(item)));
    try {
      scanner.feed(text(answer));
      assertThat(scanner.end().succeeded()).isTrue();
    } catch (XMLStreamException e) {
      throw new AssertionError(e);
    }
    return hooks;
  }

  // hooks/create.

  @Test
  void registersWithEveryServerThatHasWebhooks() {
    ApiReply reply = balancer.reply("hooks/create", CREATE + "&meetingID=m1&getRaw=true");

    assertThat(reply.succeeded()).isTrue();
    assertThat(reply.text("hookID")).isEqualTo(Hook.commonId(URL));
    assertThat(reply.text("permanentHook")).isEqualTo("false");
    assertThat(reply.text("rawData")).isEqualTo("true");
    assertThat(reply.messageKey()).isEmpty();
    for (int number : List.of(1, 2)) {
      assertThat(balancer.bbb(number).hooks()).containsExactly(new FakeHook("1", URL, "m1", false));
      assertThat(balancer.bbb(number).lastRequest().target())
          .contains("/hooks/create?" + CREATE + "&meetingID=m1&getRaw=true&checksum=");
    }
    assertThat(balancer.events).isEmpty();
  }

  @Test
  void theIdIsTheSameInEveryBalancer() {
    TestBalancer other = new TestBalancer(1);
    other.bbb(1).withWebhooks();
    other.call("hooks/create", "callbackURL=https%3A%2F%2Fother.example.org");

    assertThat(other.reply("hooks/create", CREATE).text("hookID"))
        .isEqualTo(balancer.reply("hooks/create", CREATE).text("hookID"))
        .matches("[1-9][0-9]{14}");
  }

  @Test
  void aSecondRegistrationIsADuplicate() {
    String id = balancer.reply("hooks/create", CREATE).text("hookID");

    ApiReply again = balancer.reply("hooks/create", CREATE + "&meetingID=m1");

    assertThat(again.succeeded()).isTrue();
    assertThat(again.messageKey()).isEqualTo("duplicateWarning");
    assertThat(again.text("hookID")).isEqualTo(id);
    assertThat(balancer.bbb(1).hooks()).hasSize(1);
  }

  @Test
  void aServerThatMissedARegistrationGetsItWhenItIsRepeated() {
    balancer.bbb(2).is(Fault.REFUSES);
    assertThat(balancer.reply("hooks/create", CREATE).succeeded()).isTrue();
    assertThat(balancer.bbb(2).hooks()).isEmpty();
    assertThat(balancer.events).containsExactly("failed hooks/create on bbb2: Connection refused");

    balancer.bbb(2).is(Fault.NONE);
    assertThat(balancer.key("hooks/create", CREATE)).isEqualTo("duplicateWarning");

    assertThat(balancer.bbb(2).hooks()).hasSize(1);
  }

  @Test
  void aSilentServerIsNotWaitedForBeyondTheDeadline() {
    balancer.bbb(2).is(Fault.SILENT);
    CompletableFuture<Answer> answer = balancer.calling("hooks/create", CREATE);

    balancer.time.advance(TestBalancer.ANSWER);

    assertThat(reply(now(answer)).succeeded()).isTrue();
    assertThat(balancer.time.alarms()).isZero();
  }

  @Test
  void aServerThatIsDownIsNotAsked() {
    balancer.goesDown(2);

    assertThat(balancer.reply("hooks/create", CREATE).succeeded()).isTrue();
    assertThat(balancer.bbb(2).requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "hooks/create, '', missingParamCallbackURL",
    "hooks/create, callbackURL=+, missingParamCallbackURL",
    "hooks/create, callback=x, missingParamCallbackURL",
    "hooks/create, callbackURL=x&getRaw=perhaps, createHookError",
    "hooks/destroy, '', missingParamHookID",
    "hooks/destroy, hookID=, missingParamHookID"
  })
  void mistakesInTheParametersReachNoServer(String call, String query, String key) {
    assertThat(balancer.key(call, query)).isEqualTo(key);
    assertThat(balancer.servers.count()).isZero();
  }

  @Test
  void aRefusalOfAllServersIsPassedOn() {
    for (int number : List.of(1, 2)) {
      balancer.bbb(number).answers("hooks/create", TestBalancer.failed("createHookError"));
      balancer.bbb(number).answers("hooks/list", TestBalancer.failed("listHookError"));
    }

    assertThat(balancer.key("hooks/create", CREATE)).isEqualTo("createHookError");
    assertThat(balancer.key("hooks/list", "")).isEqualTo("listHookError");
  }

  @Test
  void aServerThatRefusesOurSecretIsAnInternalError() {
    balancer.bbb(1).answers("hooks/create", TestBalancer.failed("checksumError"));

    assertThat(balancer.reply("hooks/create", CREATE).succeeded()).isTrue();
    assertThat(balancer.events).containsExactly("wrong secret of bbb1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hooks/create", "hooks/list", "hooks/destroy"})
  void aPoolWithoutWebhooksAnswersUnsupportedRequest(String call) {
    TestBalancer without = new TestBalancer(2);

    assertThat(without.key(call, CREATE + "&hookID=1")).isEqualTo("unsupportedRequest");
    assertThat(without.events).isEmpty();

    // The server that is down may have webhooks.
    without.goesDown(1);
    assertThat(without.key(call, CREATE + "&hookID=1")).isEqualTo("internalError");
    assertThat(new TestBalancer(0).key(call, CREATE + "&hookID=1")).isEqualTo("internalError");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hooks/create", "hooks/list", "hooks/destroy"})
  void failsIfNoServerWithWebhooksAnswers(String call) {
    balancer.bbb(1).is(Fault.REFUSES);
    balancer.bbb(2).answersPage("*", 502);

    assertThat(balancer.key(call, CREATE + "&hookID=1")).isEqualTo("internalError");
  }

  // hooks/list.

  @Test
  void listsEachCallbackUrlOnceWithItsCommonId() {
    balancer.call("hooks/create", CREATE);
    balancer.call("hooks/create", "callbackURL=b&meetingID=m%261");
    balancer.bbb(2).withPermanentHook("https://stats.example.org");

    assertThat(list(""))
        .containsExactly(
            new Hook(Hook.commonId(URL), URL, "", "", false, false),
            new Hook(Hook.commonId("b"), "b", "m&1", "", false, false),
            new Hook(
                Hook.commonId("https://stats.example.org"),
                "https://stats.example.org",
                "",
                "",
                true,
                false));
  }

  @Test
  void listsTheHooksOfAMeetingAndTheGlobalOnes() {
    balancer.call("hooks/create", "callbackURL=global");
    balancer.call("hooks/create", "callbackURL=mine&meetingID=m1");
    balancer.call("hooks/create", "callbackURL=other&meetingID=m2");

    assertThat(list("meetingID=m1"))
        .extracting(Hook::callbackUrl)
        .containsExactly("global", "mine");
  }

  @Test
  void anEmptyListIsASuccess() {
    Answer answer = balancer.call("hooks/list", "");

    assertThat(hooks(answer)).isEmpty();
    assertThat(reply(answer).messageKey()).isEmpty();
  }

  @Test
  void aListWithoutAServerIsMarkedAsPartial() {
    balancer.call("hooks/create", CREATE);
    balancer.bbb(1).answers("hooks/list", "<response><returncode>SUCCESS</returncode><hooks>");

    Answer answer = balancer.call("hooks/list", "");

    assertThat(hooks(answer)).hasSize(1);
    assertThat(((Answer.Document) answer).headers())
        .contains(new Header("X-Tinyscale-Partial", "1"));
    assertThat(balancer.events).contains("partial hooks/list 1 of 2");
  }

  // hooks/destroy.

  @Test
  void destroysTheHookUnderItsIdOnEachServer() {
    balancer.bbb(2).is(Fault.REFUSES);
    balancer.call("hooks/create", "callbackURL=first");
    balancer.bbb(2).is(Fault.NONE);
    String id = balancer.reply("hooks/create", CREATE).text("hookID");
    assertThat(balancer.bbb(1).hooks()).extracting(FakeHook::id).containsExactly("1", "2");
    assertThat(balancer.bbb(2).hooks()).extracting(FakeHook::id).containsExactly("1");

    assertThat(balancer.reply("hooks/destroy", "hookID=" + id).text("removed")).isEqualTo("true");

    assertThat(balancer.bbb(1).hooks()).extracting(FakeHook::callbackUrl).containsExactly("first");
    assertThat(balancer.bbb(2).hooks()).isEmpty();
    assertThat(balancer.key("hooks/destroy", "hookID=" + id)).isEqualTo("destroyMissingHook");
  }

  @Test
  void aServersOwnIdDestroysNothing() {
    balancer.call("hooks/create", CREATE);

    assertThat(balancer.key("hooks/destroy", "hookID=1")).isEqualTo("destroyMissingHook");
    assertThat(balancer.bbb(1).hooks()).hasSize(1);
  }

  @Test
  void permanentHooksCannotBeDestroyed() {
    balancer.bbb(1).withPermanentHook(URL);

    assertThat(balancer.key("hooks/destroy", "hookID=" + Hook.commonId(URL)))
        .isEqualTo("destroyMissingHook");
    assertThat(balancer.servers.count("hooks/destroy")).isZero();
  }

  @Test
  void aHookIsMissingOnlyIfEveryServerSaysSo() {
    balancer.bbb(2).is(Fault.REFUSES);

    assertThat(balancer.key("hooks/destroy", "hookID=" + Hook.commonId(URL)))
        .isEqualTo("internalError");
  }

  @Test
  void destroyingIsASuccessWithoutTheServersThatAreDown() {
    balancer.call("hooks/create", CREATE);
    balancer.goesDown(2);

    assertThat(balancer.reply("hooks/destroy", "hookID=" + Hook.commonId(URL)).succeeded())
        .isTrue();
    assertThat(balancer.bbb(1).hooks()).isEmpty();
    assertThat(balancer.bbb(2).hooks()).hasSize(1);
  }
}
