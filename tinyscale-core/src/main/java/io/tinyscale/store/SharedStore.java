package io.tinyscale.store;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * A store that several balancers share, such as Valkey. Made by a {@link StoreProvider}. No method
 * waits: each answers when the store has answered, and fails if the store is silent, refuses, or
 * has too much to do. An action that fails may have happened all the same. Stages end on the
 * store's threads, so what follows them must not block; they fail with an {@link
 * java.io.IOException}, whose message holds no secret. Thread-safe.
 *
 * <p>The store may lose what it holds at any moment. Nothing is read from it that balancers could
 * not live without.
 *
 * <p>Meetings and webhooks are given as {@link StoreKey}s, which do not tell their ids.
 */
public interface SharedStore extends AutoCloseable {

  /**
   * Decides where a meeting goes, in one step for all balancers. If the meeting is claimed for a
   * server that is not given up, that server stays, and the claim counts one more use. Else it is
   * claimed for the wanted server. Either way the claim stands for {@link StoreSettings#ttl} from
   * now.
   *
   * @param want name of the server that the meeting is to go to if it is not claimed
   * @param givenUp names of servers whose claims count no more
   */
  CompletionStage<Claim> claim(StoreKey meeting, String want, Collection<String> givenUp);

  /**
   * Moves a claim to another server if it is for this one and nobody else ever used it.
   *
   * @return whether it was moved
   */
  CompletionStage<Boolean> move(StoreKey meeting, String from, String to);

  /**
   * Tells the other balancers of this one, and hears of them, and of what the servers of its pool
   * may bring back. What was told is forgotten {@link Peer#FORGOTTEN} later.
   */
  CompletionStage<StoreView> beat(Peer self);

  /** Takes this balancer out of what the others see, because it stops. */
  CompletionStage<Void> leave(Peer self);

  /**
   * Writes down what an administrator decided about a server, and gives all balancers the notice
   * {@link Notice.States}.
   */
  CompletionStage<Void> decide(String server, SharedState state);

  /** What administrators decided, by the server's name. */
  CompletionStage<Map<String, SharedState>> decisions();

  /**
   * Writes down that a meeting was made anew elsewhere, and that a server may bring back its copy.
   * It is forgotten a day after the last one of that server.
   */
  CompletionStage<Void> detached(String server, StoreKey meeting);

  /** Writes down that a copy is gone from a server. */
  CompletionStage<Void> gone(String server, StoreKey meeting);

  /** Writes down that a webhook was destroyed. It is forgotten after 30 days. */
  CompletionStage<Void> destroyed(StoreKey hook);

  /** Writes down that a webhook is wanted again. */
  CompletionStage<Void> wanted(StoreKey hook);

  /** Which of these webhooks were destroyed. */
  CompletionStage<Set<StoreKey>> destroyed(Collection<StoreKey> hooks);

  /** Gives all other balancers a notice; it may get lost, and it may come back to this balancer. */
  void tell(Notice notice);

  /** Ends all connections. Closing twice does no harm. */
  @Override
  void close();
}
