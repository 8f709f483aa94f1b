package io.tinyscale.hook;

import static io.tinyscale.balancer.TestBalancer.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.Hook;
import io.tinyscale.call.Answer;
import io.tinyscale.callback.FakeRelay;
import io.tinyscale.server.Server;
import io.tinyscale.upstream.FakeServers.FakeHook;
import io.tinyscale.upstream.FakeServers.Fault;
import java.net.URLEncoder;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Webhooks of a balancer that relays callbacks. Servers 1 and 2 have bbb-webhooks. */
class RelayedHooksTest {

  private static final String URL = "https://fe.example.org/hook?a=1&b=2";
  private static final String RELAYED = FakeRelay.hookUrl("house", URL);
  private static final String EARLIER =
      RELAYED.replace("https://lb.example.org/tiny", "http://old.example.org:8080");
  private static final String CREATE = "callbackURL=" + encoded(URL);
  private static final String DESTROY = "hookID=" + Hook.commonId(URL);

  private final TestBalancer balancer = new TestBalancer(3).withRelay(new FakeRelay());

  @BeforeEach
  void installWebhooks() {
    balancer.bbb(1).withWebhooks();
    balancer.bbb(2).withWebhooks();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private List<String> urls(int number) {
    return balancer.bbb(number).hooks().stream().map(FakeHook::callbackUrl).toList();
  }

  private void settle() {
    for (int round = 0; round < 2; round++) {
      for (int number = 1; number <= 3; number++) {
        balancer.sweep(number);
      }
    }
    balancer.events.clear();
  }

  private void comesBack(int number) {
    balancer.bbb(number).is(Fault.NONE);
    for (int round = 0; round < 3; round++) {
      balancer.sweep(number);
    }
  }

  // hooks/create.

  @Test
  void registersTheUrlOfTheRelayUnderTheIdOfTheOriginal() {
    ApiReply reply = balancer.reply("hooks/create", "meetingID=m1&" + CREATE + "&getRaw=true");

    assertThat(reply.text("hookID")).isEqualTo(Hook.commonId(URL));
    assertThat(reply.messageKey()).isEmpty();
    for (int number : List.of(1, 2)) {
      assertThat(balancer.bbb(number).hooks())
          .containsExactly(new FakeHook("1", RELAYED, "m1", false));
      assertThat(balancer.bbb(number).requests().get(0).target())
          .contains(
              "/hooks/create?meetingID=m1&callbackURL="
                  + encoded(RELAYED)
                  + "&getRaw=true&checksum=");
    }
    assertThat(balancer.events).isEmpty();
  }

  @Test
  void aSecondRegistrationIsADuplicate() {
    balancer.call("hooks/create", CREATE);

    ApiReply again = balancer.reply("hooks/create", CREATE);

    assertThat(again.messageKey()).isEqualTo("duplicateWarning");
    assertThat(again.text("hookID")).isEqualTo(Hook.commonId(URL));
    assertThat(urls(1)).containsExactly(RELAYED);
  }

  @Test
  void theSameWebhookThatIsNotRelayedIsDestroyedWithTheNextSweep() {
    balancer.bbb(1).withHook("https://other.example.org").withHook(URL);
    settle();
    balancer.bbb(2).withHook(URL);

    ApiReply reply = balancer.reply("hooks/create", CREATE);

    assertThat(reply.messageKey()).isEmpty();
    assertThat(urls(1)).containsExactly("https://other.example.org", URL, RELAYED);
    balancer.sweep(1);
    assertThat(urls(1)).containsExactly("https://other.example.org", RELAYED);
    assertThat(urls(2)).containsExactly("https://other.example.org", RELAYED);
    assertThat(balancer.events)
        .containsExactly("webhooks of bbb1: +0 -1", "webhooks of bbb2: +0 -1");
  }

  @Test
  void aDuplicateAsksNoServerForItsList() {
    settle();
    balancer.call("hooks/create", CREATE);
    balancer.sweep(1);
    int lists = balancer.servers.count("hooks/list");

    assertThat(balancer.key("hooks/create", CREATE)).isEqualTo("duplicateWarning");
    balancer.sweep(1);
    balancer.sweep(2);

    assertThat(balancer.servers.count("hooks/list")).isEqualTo(lists);
  }

  @Test
  void aPermanentWebhookOfTheSameUrlStays() {
    balancer.bbb(1).withPermanentHook(URL);

    assertThat(balancer.reply("hooks/create", CREATE).succeeded()).isTrue();
    settle();

    assertThat(urls(1)).containsExactly(URL, RELAYED);
    assertThat(urls(2)).containsExactly(RELAYED);
    assertThat(balancer.servers.count("hooks/destroy")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hooks/list", "hooks/destroy"})
  void aWebhookThatCouldNotBeReplacedIsReplacedLater(String call) {
    settle();
    balancer.bbb(1).withHook(URL).is(Fault.REFUSES, call);

    assertThat(balancer.reply("hooks/create", CREATE).succeeded()).isTrue();
    balancer.sweep(1);

    assertThat(urls(1)).containsExactly(URL, RELAYED);
    balancer.bbb(1).is(Fault.NONE, call);
    balancer.sweep(1);
    assertThat(urls(1)).containsExactly(RELAYED);
    assertThat(urls(2)).containsExactly(RELAYED);
  }

  @Test
  void onlyTheFirstOfSeveralUrlsReachesServers() {
    String more =
        "&callbackURL="
            + encoded(FakeRelay.hookUrl("school", URL))
            + "&callbackURL%5B%5D="
            + encoded(FakeRelay.hookUrl("school", URL))
            + "&callbackURL="
            + encoded("https://other.example.org")
            + "&getRaw=true";

    assertThat(balancer.reply("hooks/create", CREATE + more).succeeded()).isTrue();
    assertThat(balancer.reply("hooks/create", "callbackURL=%62" + more).succeeded()).isTrue();

    assertThat(urls(1)).containsExactly(RELAYED, "b");
    assertThat(balancer.bbb(1).requests().get(0).target())
        .contains("/hooks/create?callbackURL=" + encoded(RELAYED) + "&getRaw=true&checksum=");
    assertThat(balancer.bbb(1).requests().get(1).target())
        .contains("/hooks/create?callbackURL=%62&getRaw=true&checksum=");
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "\t", "\n "})
  void blanksAroundAUrlDoNotCount(String blanks) {
    ApiReply reply =
        balancer.reply("hooks/create", "callbackURL=" + encoded(blanks + URL + blanks));

    assertThat(reply.text("hookID")).isEqualTo(Hook.commonId(URL));
    assertThat(urls(1)).containsExactly(RELAYED);
    assertThat(balancer.reply("hooks/destroy", DESTROY).succeeded()).isTrue();
    assertThat(urls(1)).isEmpty();
  }

  @Test
  void aBlankThatServersDoNotKnowBelongsToTheUrl() {
    String url = "\u2003" + URL;

    ApiReply reply = balancer.reply("hooks/create", "callbackURL=" + encoded(url));

    String id = Hook.commonId(url);
    assertThat(reply.text("hookID")).isEqualTo(id);
    assertThat(text(balancer.call("hooks/list", ""))).contains("<hookID>" + id + "</hookID>");
    assertThat(balancer.reply("hooks/destroy", "hookID=" + id).succeeded()).isTrue();
    assertThat(urls(1)).isEmpty();
  }

  @Test
  void aUrlOfTheRelayIsRefused() {
    String url = FakeRelay.hookUrl("school", URL);

    assertThat(balancer.key("hooks/create", "callbackURL=" + encoded(url)))
        .isEqualTo("createHookError");
    assertThat(balancer.servers.count()).isZero();
    assertThat(balancer.events)
        .containsExactly(
            "refused callback webhook to the relay", "refused hooks/create: createHookError");
  }

  @Test
  void aUrlThatTheRelayCannotCallIsRegisteredAsItIs() {
    assertThat(balancer.reply("hooks/create", "callbackURL=b").succeeded()).isTrue();

    assertThat(urls(1)).containsExactly("b");
    assertThat(balancer.events)
        .containsExactly("left callback webhook: it is no absolute http or https URL");
    assertThat(balancer.servers.count("hooks/list")).isZero();
  }

  // hooks/list.

  @Test
  void showsOriginalUrlsAndEachOnce() {
    balancer.call("hooks/create", CREATE);
    balancer.bbb(2).withHook(URL).withHook("https://bare.example.org");

    String list = text(balancer.call("hooks/list", ""));

    assertThat(list)
        .isEqualTo(
            "<response><returncode>SUCCESS</returncode><hooks><hook><hookID>"
                + Hook.commonId(URL)
                + "</hookID><callbackURL>https://fe.example.org/hook?a=1&amp;b=2</callbackURL>"
                + "<permanentHook>false</permanentHook><rawData>false</rawData></hook>"
                + "<hook><hookID>"
                + Hook.commonId("https://bare.example.org")
                + "</hookID><callbackURL>https://bare.example.org</callbackURL>"
                + "<permanentHook>false</permanentHook><rawData>false</rawData></hook></hooks>"
                + "</response>");
    assertThat(urls(2)).containsExactly(RELAYED, URL, "https://bare.example.org");
  }

  // hooks/destroy.

  @Test
  void destroysByTheIdOfTheOriginal() {
    balancer.call("hooks/create", CREATE);

    assertThat(balancer.reply("hooks/destroy", DESTROY).text("removed")).isEqualTo("true");

    assertThat(urls(1)).isEmpty();
    assertThat(urls(2)).isEmpty();
    assertThat(balancer.key("hooks/destroy", DESTROY)).isEqualTo("destroyMissingHook");
  }

  @Test
  void theIdOfTheRelaysUrlDestroysNothing() {
    balancer.call("hooks/create", CREATE);

    assertThat(balancer.key("hooks/destroy", "hookID=" + Hook.commonId(RELAYED)))
        .isEqualTo("destroyMissingHook");
    assertThat(urls(1)).containsExactly(RELAYED);
  }

  @Test
  void destroysBothFormsOfAWebhook() {
    balancer.call("hooks/create", CREATE);
    balancer.bbb(1).withHook(URL);
    balancer.bbb(2).withHook("https://other.example.org");

    assertThat(balancer.reply("hooks/destroy", DESTROY).succeeded()).isTrue();

    assertThat(urls(1)).isEmpty();
    assertThat(urls(2)).containsExactly("https://other.example.org");
  }

  // Servers that come later.

  @Test
  void aServerThatComesLaterGetsTheUrlOfTheRelay() {
    settle();
    balancer.goesDown(2);
    balancer.call("hooks/create", CREATE + "&meetingID=m1");

    comesBack(2);

    assertThat(balancer.bbb(2).hooks()).containsExactly(new FakeHook("1", RELAYED, "m1", false));
    assertThat(balancer.events).containsExactly("webhooks of bbb2: +1 -0");
  }

  @Test
  void aNewServerGetsTheUrlOfTheRelay() {
    List<Server> all = balancer.servers.all();
    TestBalancer smaller = balancer.withPool(List.of(all.get(0), all.get(2)));
    smaller.sweep(1);
    smaller.sweep(1);
    smaller.call("hooks/create", CREATE);
    smaller.pool.replace(all, Set.of("bbb2"));

    smaller.sweep(2);
    smaller.sweep(2);

    assertThat(urls(2)).containsExactly(RELAYED);
  }

  @Test
  void aServerThatComesLaterWithTheBareWebhookGetsItReplaced() {
    balancer.bbb(1).withHook(URL);
    balancer.bbb(2).withHook(URL);
    settle();
    balancer.goesDown(2);
    balancer.call("hooks/create", CREATE);

    comesBack(2);

    assertThat(urls(1)).containsExactly(RELAYED);
    assertThat(urls(2)).containsExactly(RELAYED);
    assertThat(balancer.events)
        .containsExactly("webhooks of bbb1: +0 -1", "webhooks of bbb2: +1 -1");
    comesBack(2);
    assertThat(balancer.events).hasSize(2);
  }

  /** Begins a round that registers the relayed webhook with server 2, which has it bare. */
  private void roundAtServer2() {
    balancer.bbb(2).withHook(URL);
    settle();
    balancer.goesDown(2);
    balancer.call("hooks/create", CREATE);
    balancer.sweep(1);
    balancer.events.clear();
    balancer.bbb(2).is(Fault.NONE).is(Fault.HOLDS, "hooks/create");
    for (int round = 0; round < 3; round++) {
      balancer.sweep(2);
    }
    assertThat(balancer.bbb(2).held()).isOne();
  }

  @Test
  void aWebhookDestroyedWhileItIsReplacedIsGoneInBothForms() {
    roundAtServer2();

    assertThat(balancer.reply("hooks/destroy", DESTROY).succeeded()).isTrue();
    balancer.bbb(2).release();

    assertThat(urls(1)).isEmpty();
    assertThat(urls(2)).isEmpty();
    // The front end's own call, and the round's for the form that it had just registered.
    assertThat(balancer.bbb(2).count("hooks/destroy")).isEqualTo(2);
  }

  @Test
  void aWebhookDestroyedElsewhereWhileItIsReplacedIsGoneInBothForms() {
    roundAtServer2();
    balancer.bbb(2).is(Fault.REFUSES, "hooks/destroy");

    assertThat(balancer.reply("hooks/destroy", DESTROY).succeeded()).isTrue();
    balancer.bbb(2).release();

    assertThat(urls(1)).isEmpty();
    assertThat(urls(2)).isEmpty();
  }

  @Test
  void aWebhookRegisteredAgainWhileItIsReplacedIsThereOnce() {
    roundAtServer2();

    CompletableFuture<Answer> again = balancer.calling("hooks/create", CREATE);
    balancer.bbb(2).release();

    assertThat(TestBalancer.reply(TestBalancer.now(again)).succeeded()).isTrue();
    comesBack(2);
    assertThat(urls(1)).containsExactly(RELAYED);
    assertThat(urls(2)).containsExactly(RELAYED);
  }

  @Test
  void aReplacementThatOneRoundOnlyBeginsIsFinishedByTheNext() {
    settle();
    balancer.goesDown(2);
    for (int i = 0; i < 99; i++) {
      balancer.call("hooks/create", "callbackURL=https://fe.example.org/" + i);
    }
    balancer.call("hooks/create", CREATE);
    balancer.bbb(2).withHook(URL);

    comesBack(2);
    assertThat(urls(2)).hasSize(101).contains(URL, RELAYED);
    balancer.sweep(2);

    assertThat(urls(2)).hasSize(100).contains(RELAYED).doesNotContain(URL);
    assertThat(urls(1)).contains(RELAYED).hasSize(100);
  }

  // Webhooks of an earlier relay.url.

  @Test
  void aWebhookOfAnEarlierUrlOfTheRelayIsListedAndDestroyedAsTheSame() {
    balancer.bbb(1).withHook(EARLIER);
    balancer.bbb(2).withHook(URL).withHook(EARLIER).withHook(RELAYED);

    assertThat(text(balancer.call("hooks/list", "")))
        .contains("<hookID>" + Hook.commonId(URL) + "</hookID>")
        .doesNotContain("tinyscale/callback")
        .containsOnlyOnce("<callbackURL>");
    assertThat(balancer.reply("hooks/destroy", DESTROY).succeeded()).isTrue();
    assertThat(urls(1)).isEmpty();
    assertThat(urls(2)).isEmpty();
  }

  @Test
  void aWebhookOfAnEarlierUrlOfTheRelayIsReplacedByANewRegistration() {
    balancer.bbb(1).withHook(EARLIER);
    balancer.bbb(2).withHook(EARLIER).withHook(URL);
    settle();
    assertThat(urls(1)).containsExactly(EARLIER);
    assertThat(urls(2)).containsExactly(EARLIER, URL);

    assertThat(balancer.reply("hooks/create", CREATE).messageKey()).isEmpty();
    balancer.sweep(1);

    assertThat(urls(1)).containsExactly(RELAYED);
    assertThat(urls(2)).containsExactly(RELAYED);
  }

  @Test
  void noServerGetsAnEarlierUrlOfTheRelay() {
    balancer.bbb(1).withHook(EARLIER);

    settle();

    assertThat(urls(2)).containsExactly(RELAYED);
  }

  @Test
  void webhooksThatNobodyRelayedAreLeftAlone() {
    balancer.bbb(1).withHook(URL);

    settle();

    assertThat(urls(1)).containsExactly(URL);
    assertThat(urls(2)).containsExactly(URL);
  }

  @Test
  void aWebhookDestroyedInAServersAbsenceIsDestroyedThereInBothForms() {
    settle();
    balancer.call("hooks/create", CREATE);
    balancer.goesDown(2);
    balancer.bbb(2).withHook(URL);
    assertThat(balancer.reply("hooks/destroy", DESTROY).succeeded()).isTrue();

    comesBack(2);

    assertThat(urls(1)).isEmpty();
    assertThat(urls(2)).isEmpty();
    assertThat(balancer.events).containsExactly("webhooks of bbb2: +0 -2");
  }

  @Test
  void aPermanentWebhookOfAServerThatComesLaterStaysBesideTheRelayedOne() {
    settle();
    balancer.goesDown(2);
    balancer.call("hooks/create", CREATE);
    balancer.bbb(2).withPermanentHook(URL);

    comesBack(2);
    comesBack(2);

    assertThat(urls(2)).containsExactly(URL, RELAYED);
    assertThat(balancer.servers.count("hooks/destroy")).isZero();
  }
}
