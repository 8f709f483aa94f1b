package io.tinyscale.hook;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.Hook;
import io.tinyscale.server.Server;
import io.tinyscale.upstream.FakeServers.FakeHook;
import io.tinyscale.upstream.FakeServers.Fault;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers 1 and 2 have bbb-webhooks, server 3 has not. */
class HookCopiesTest {

  private static final String A = "https://fe.example.org/a?x=1&y=%20";
  private static final String CREATE_A =
      "callbackURL=https%3A%2F%2Ffe.example.org%2Fa%3Fx%3D1%26y%3D%2520";
  private static final String DESTROY_A = "hookID=" + Hook.commonId(A);

  private final TestBalancer balancer = new TestBalancer(3);

  @BeforeEach
  void installWebhooks() {
    balancer.bbb(1).withWebhooks();
    balancer.bbb(2).withWebhooks();
  }

  private void sweepAll() {
    for (int number = 1; number <= 3; number++) {
      balancer.sweep(number);
    }
  }

  /** Sweeps all servers twice, so that they are known and every due copy is made. */
  private void settle() {
    sweepAll();
    sweepAll();
    balancer.events.clear();
  }

  private void comesBack(int number) {
    balancer.bbb(number).is(Fault.NONE);
    balancer.sweep(number);
    balancer.sweep(number);
    assertThat(balancer.pool.status("bbb" + number).orElseThrow().reachable()).isTrue();
    // The verdict is up now; the next sweep is the first of a server that answers.
    balancer.sweep(number);
  }

  private List<String> urls(int number) {
    return balancer.bbb(number).hooks().stream().map(FakeHook::callbackUrl).toList();
  }

  @Test
  void aServerThatComesBackGetsHooksRegisteredMeanwhile() {
    settle();
    balancer.goesDown(2);
    balancer.call("hooks/create", CREATE_A + "&meetingID=m%261");

    comesBack(2);

    assertThat(balancer.bbb(2).hooks()).containsExactly(new FakeHook("1", A, "m&1", false));
    assertThat(balancer.events).containsExactly("webhooks of bbb2: +1 -0");
    assertThat(balancer.key("hooks/create", CREATE_A)).isEqualTo("duplicateWarning");
  }

  @Test
  void aMissedRegistrationIsCopiedWithTheNextSweep() {
    settle();
    balancer.bbb(1).is(Fault.REFUSES);
    balancer.call("hooks/create", CREATE_A);
    balancer.bbb(1).is(Fault.NONE);

    balancer.sweep(1);

    assertThat(urls(1)).containsExactly(A);
  }

  @Test
  void aNewServerGetsTheHooksOfTheOthers() {
    List<Server> all = balancer.servers.all();
    TestBalancer smaller = balancer.withPool(List.of(all.get(0), all.get(2)));
    settleTwo(smaller);
    smaller.call("hooks/create", CREATE_A);

    smaller.pool.replace(all, Set.of("bbb2"));
    smaller.sweep(2);
    assertThat(urls(2)).isEmpty();
    smaller.sweep(2);

    assertThat(urls(2)).containsExactly(A);
  }

  private static void settleTwo(TestBalancer balancer) {
    for (int round = 0; round < 2; round++) {
      balancer.sweep(1);
      balancer.sweep(3);
    }
  }

  @Test
  void aRemovedServerThatComesBackIsTreatedAsNew() {
    settle();
    List<Server> all = balancer.servers.all();
    balancer.goesDown(2);
    balancer.pool.replace(List.of(all.get(0), all.get(2)), Set.of());
    balancer.call("hooks/create", CREATE_A);
    balancer.sweep(1);
    balancer.pool.replace(all, Set.of("bbb2"));

    balancer.sweep(2);
    balancer.sweep(2);

    assertThat(urls(2)).containsExactly(A);
  }

  @Test
  void afterARestartAllServersGetTheHooksOfEach() {
    balancer.goesDown(2);
    balancer.call("hooks/create", CREATE_A);
    balancer.withPool(balancer.servers.all());
    sweepAll();
    assertThat(balancer.servers.count("hooks/list")).isZero();

    sweepAll();

    assertThat(urls(2)).containsExactly(A);
    assertThat(balancer.servers.count("hooks/list")).isEqualTo(3);
    sweepAll();
    assertThat(balancer.servers.count("hooks/list")).isEqualTo(3);
  }

  @Test
  void copiesEveryFieldOfAHook() {
    settle();
    balancer
        .bbb(1)
        .answers(
            "hooks/list",
            "<response><returncode>SUCCESS</returncode><hooks><hook><hookID>9</hookID>"
                + "<callbackURL>https://fe.example.org/b</callbackURL><meetingID>m 1</meetingID>"
                + "<eventID>meeting-ended,user-joined</eventID><permanentHook>false</permanentHook>"
                + "<rawData>true</rawData></hook></hooks></response>");
    balancer.goesDown(2);

    comesBack(2);

    assertThat(balancer.bbb(2).lastRequest().target())
        .contains(
            "/hooks/create?callbackURL=https%3A%2F%2Ffe.example.org%2Fb&meetingID=m+1"
                + "&eventID=meeting-ended%2Cuser-joined&getRaw=true&checksum=");
  }

  @Test
  void permanentHooksAreNotCopied() {
    balancer.bbb(1).withPermanentHook("https://stats.example.org");

    settle();

    assertThat(urls(2)).isEmpty();
    assertThat(balancer.servers.count("hooks/create")).isZero();
  }

  @Test
  void aPermanentHookIsNotRegisteredAgain() {
    settle();
    balancer.goesDown(1);
    balancer.call("hooks/create", CREATE_A);
    balancer.bbb(1).withPermanentHook(A);

    comesBack(1);

    assertThat(balancer.bbb(1).count("hooks/create")).isZero();
  }

  @Test
  void aHookDestroyedInAServersAbsenceIsDestroyedOnItsReturn() {
    settle();
    balancer.call("hooks/create", CREATE_A);
    balancer.call("hooks/create", "callbackURL=b");
    balancer.goesDown(2);
    assertThat(balancer.reply("hooks/destroy", DESTROY_A).succeeded()).isTrue();

    comesBack(2);

    assertThat(urls(2)).containsExactly("b");
    assertThat(urls(1)).containsExactly("b");
    assertThat(balancer.events).containsExactly("webhooks of bbb2: +0 -1");
  }

  @Test
  void aHookRegisteredAgainAfterItsDestructionStays() {
    settle();
    balancer.call("hooks/create", CREATE_A);
    balancer.goesDown(2);
    balancer.call("hooks/destroy", DESTROY_A);
    balancer.call("hooks/create", CREATE_A);

    comesBack(2);

    assertThat(urls(1)).containsExactly(A);
    assertThat(urls(2)).containsExactly(A);
  }

  @Test
  void aHookRegisteredAgainOnTheReturnedServerAloneStays() {
    settle();
    balancer.call("hooks/create", CREATE_A);
    balancer.goesDown(2);
    balancer.call("hooks/destroy", DESTROY_A);
    balancer.sweep(2);
    balancer.sweep(2);
    balancer.goesDown(1);
    balancer.call("hooks/create", CREATE_A);

    balancer.sweep(2);

    assertThat(urls(2)).containsExactly(A);
  }

  @Test
  void aHookRegisteredAgainByAnotherBalancerStays() {
    settle();
    balancer.call("hooks/create", CREATE_A);
    balancer.goesDown(2);
    balancer.call("hooks/destroy", DESTROY_A);
    balancer.bbb(1).withHook(A);

    comesBack(2);

    assertThat(urls(2)).containsExactly(A);
  }

  @Test
  void aDestructionThatFailedIsNotRemembered() {
    settle();
    balancer.call("hooks/create", CREATE_A);
    balancer.bbb(1).is(Fault.REFUSES);
    balancer.goesDown(2);
    assertThat(balancer.key("hooks/destroy", DESTROY_A)).isEqualTo("internalError");
    balancer.bbb(1).is(Fault.NONE);

    comesBack(2);

    assertThat(urls(2)).containsExactly(A);
  }

  @Test
  void afterARestartADestroyedHookOfOneServerIsCopiedAgain() {
    balancer.call("hooks/create", CREATE_A);
    balancer.goesDown(2);
    balancer.call("hooks/destroy", DESTROY_A);
    balancer.withPool(balancer.servers.all());

    settle();

    assertThat(urls(1)).containsExactly(A);
    assertThat(urls(2)).containsExactly(A);
  }

  @Test
  void aHookDestroyedDuringACopyDoesNotComeBack() {
    settle();
    balancer.goesDown(2);
    balancer.call("hooks/create", CREATE_A);
    balancer.bbb(2).is(Fault.NONE).is(Fault.HOLDS, "hooks/create");
    balancer.sweep(2);
    balancer.sweep(2);
    balancer.sweep(2);
    assertThat(balancer.bbb(2).held()).isOne();

    assertThat(balancer.reply("hooks/destroy", DESTROY_A).succeeded()).isTrue();
    balancer.bbb(2).release();

    assertThat(urls(1)).isEmpty();
    assertThat(urls(2)).isEmpty();
  }

  @Test
  void serversWithoutWebhooksAreAskedOnceAndNotReported() {
    TestBalancer without = new TestBalancer(2);
    for (int round = 0; round < 3; round++) {
      without.sweep(1);
      without.sweep(2);
    }

    assertThat(without.servers.count("hooks/list")).isEqualTo(2);
    assertThat(without.events).isEmpty();
  }

  @Test
  void onlyAServerWithFailingWebhooksIsAskedAgain() {
    balancer.bbb(2).answersPage("hooks/list", 502);
    settle();
    sweepAll();
    long others = balancer.bbb(1).count("hooks/list") + balancer.bbb(3).count("hooks/list");
    int own = balancer.bbb(2).count("hooks/list");

    sweepAll();
    sweepAll();

    assertThat(balancer.bbb(2).count("hooks/list")).isEqualTo(own + 2);
    assertThat(balancer.bbb(1).count("hooks/list") + balancer.bbb(3).count("hooks/list"))
        .isEqualTo(others);
    assertThat(balancer.events).isEmpty();

    balancer.call("hooks/create", CREATE_A);
    balancer.bbb(2).answers("hooks/list", outcome -> outcome);
    balancer.sweep(2);
    assertThat(urls(2)).containsExactly(A);
  }

  @Test
  void aRefusedRegistrationIsRepeatedWithTheNextSweep() {
    settle();
    balancer.goesDown(2);
    balancer.call("hooks/create", CREATE_A);
    balancer.bbb(2).is(Fault.REFUSES, "hooks/create");
    comesBack(2);
    balancer.sweep(2);
    assertThat(balancer.events).containsExactly("failed hooks/list on bbb2: Connection refused");
    assertThat(balancer.bbb(2).count("hooks/create")).isEqualTo(2);

    balancer.bbb(2).is(Fault.NONE, "hooks/create");
    balancer.sweep(2);

    assertThat(urls(2)).containsExactly(A);
  }

  @Test
  void oneRoundChangesABoundedNumber() {
    settle();
    balancer.goesDown(2);
    Stream.iterate(0, i -> i + 1)
        .limit(150)
        .forEach(i -> balancer.call("hooks/create", "callbackURL=u" + i));

    comesBack(2);
    assertThat(urls(2)).hasSize(100);
    balancer.sweep(2);

    assertThat(urls(2)).hasSize(150);
  }

  @Test
  void startsNothingOnceClosed() {
    balancer.hookCopies.close();

    settle();

    assertThat(balancer.servers.count("hooks/list")).isZero();
  }

  @Test
  void aSilentServerDelaysARoundNoLongerThanItsDeadline() {
    settle();
    balancer.call("hooks/create", CREATE_A);
    balancer.bbb(1).is(Fault.SILENT, "hooks/list");
    balancer.goesDown(2);
    comesBack(2);
    balancer.bbb(1).release();

    balancer.time.advance(TestBalancer.ANSWER);
    balancer.sweep(1);

    assertThat(urls(2)).containsExactly(A);
    assertThat(balancer.time.alarms()).isZero();
  }
}
