package io.tinyscale.meeting;

import io.tinyscale.server.AdminState;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import java.util.List;
import java.util.function.Predicate;

/** What {@link Whereabouts} ask about servers, each named as in the pool file. */
interface Servers {

  /** All that are in the pool. */
  List<String> all();

  /** Whether a server is in the pool and may hold meetings. */
  boolean inUse(String server);

  /** Whether a server may hold meetings and is up. */
  boolean reachable(String server);

  /** Whether a server has told all its meetings, and we remember them. */
  boolean swept(String server);

  /** Whether the operator lets a server keep its meetings and gives it no new ones. */
  boolean cordoned(String server);

  /** Whether nobody else makes meetings on the servers, as far as we know. */
  boolean alone();

  /** Whether others make meetings, too, by the operator's word. */
  boolean shared();

  /** The servers of a pool as they are whenever a question is asked. */
  static Servers of(ServerPool pool, OtherBalancers others) {
    return new Servers() {

      @Override
      public List<String> all() {
        return pool.snapshot().stream().map(status -> status.server().name()).toList();
      }

      @Override
      public boolean inUse(String server) {
        return is(server, ServerStatus::inUse);
      }

      @Override
      public boolean reachable(String server) {
        return is(server, ServerStatus::reachable);
      }

      @Override
      public boolean swept(String server) {
        return is(server, ServerStatus::swept);
      }

      @Override
      public boolean cordoned(String server) {
        return is(server, status -> status.server().state() == AdminState.CORDONED);
      }

      @Override
      public boolean alone() {
        return others.isAlone();
      }

      @Override
      public boolean shared() {
        return others.areThere();
      }

      private boolean is(String server, Predicate<ServerStatus> condition) {
        return pool.status(server).filter(condition).isPresent();
      }
    };
  }
}
