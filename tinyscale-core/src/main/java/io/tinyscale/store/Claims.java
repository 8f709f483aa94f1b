package io.tinyscale.store;

import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Decides with the other balancers where creates go. A claim is no lock: any number of creates may
 * run at the same time, all to the same server, which makes one meeting of them. Thread-safe.
 */
public interface Claims {

  /** Nothing is shared: every create goes where this balancer wants it, and nothing is sure. */
  Claims NONE =
      new Claims() {

        @Override
        public CompletionStage<Decided> decide(
            MeetingId meetingId, Server want, Collection<String> givenUp, boolean absent) {
          return CompletableFuture.completedStage(Decided.on(want, false));
        }

        @Override
        public CompletionStage<Decided> decideAgain(MeetingId meetingId, Server not, Server want) {
          return CompletableFuture.completedStage(Decided.on(want, false));
        }

        @Override
        public Runnable keep(MeetingId meetingId, Server server) {
          return () -> {};
        }
      };

  /**
   * Decides where a create goes.
   *
   * @param want where it goes unless balancers have decided otherwise
   * @param givenUp names of servers whose claims on this meeting count no more
   * @param absent whether no server has the meeting, as far as this balancer can tell
   * @return never completed exceptionally; soon, also if the store is silent
   */
  CompletionStage<Decided> decide(
      MeetingId meetingId, Server want, Collection<String> givenUp, boolean absent);

  /**
   * Decides where a create goes that certainly was not sent to a server. It may go elsewhere only
   * if no other create ever went to that server.
   *
   * @return never completed exceptionally
   */
  CompletionStage<Decided> decideAgain(MeetingId meetingId, Server not, Server want);

  /**
   * Keeps a claim from being forgotten while a create is on its way.
   *
   * @return ends that
   */
  Runnable keep(MeetingId meetingId, Server server);
}
