package io.tinyscale.it;

import static io.tinyscale.it.SigningClient.assertSuccess;
import static io.tinyscale.it.SigningClient.element;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.simulator.SimulatedPool;
import java.net.URI;
import java.net.http.HttpResponse;

/** The life of one meeting, as a front end sees it. */
final class MeetingScenario {

  private MeetingScenario() {}

  static void play(SigningClient frontend, SimulatedPool pool, String meetingId) {
    HttpResponse<String> created =
        frontend.call("create", "name=Caf%C3%A9+1&meetingID=" + meetingId);
    assertSuccess(created);
    assertThat(element(created, "meetingID")).isEqualTo(meetingId);
    assertThat(createdOn(pool)).isEqualTo(1);

    assertThat(running(frontend, meetingId)).isEqualTo("false");
    followJoin(frontend, pool, "fullName=Ada&role=MODERATOR&meetingID=" + meetingId);
    await().untilAsserted(() -> assertThat(running(frontend, meetingId)).isEqualTo("true"));

    HttpResponse<String> info = frontend.call("getMeetingInfo", "meetingID=" + meetingId);
    assertSuccess(info);
    assertThat(element(info, "meetingName")).isEqualTo("Caf\u00e9 1");
    assertThat(element(info, "participantCount")).isEqualTo("1");

    HttpResponse<String> list = frontend.call("getMeetings", "");
    assertSuccess(list);
    assertThat(list.body()).containsOnlyOnce("<meetingID>" + meetingId + "</meetingID>");

    assertSuccess(frontend.call("end", "meetingID=" + meetingId));
    await().untilAsserted(() -> assertThat(running(frontend, meetingId)).isEqualTo("false"));
    await()
        .untilAsserted(
            () -> assertThat(frontend.call("getMeetings", "").body()).doesNotContain(meetingId));
  }

  private static String running(SigningClient frontend, String meetingId) {
    HttpResponse<String> answer = frontend.call("isMeetingRunning", "meetingID=" + meetingId);
    assertSuccess(answer);
    return element(answer, "running");
  }

  /** Follows a join as a browser does: from the balancer to the server, and into its client. */
  private static void followJoin(SigningClient frontend, SimulatedPool pool, String query) {
    HttpResponse<String> answer = frontend.call("join", query);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
    for (int hops = 0; hops < 3 && answer.statusCode() / 100 == 3; hops++) {
      URI location = answer.uri().resolve(answer.headers().firstValue("Location").orElseThrow());
      assertThat(pool.servers()).anyMatch(server -> server.port() == location.getPort());
      answer = frontend.get(location);
    }
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static long createdOn(SimulatedPool pool) {
    return pool.servers().stream().filter(server -> server.received("create") > 0).count();
  }
}
