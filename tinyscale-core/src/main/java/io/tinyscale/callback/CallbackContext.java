package io.tinyscale.callback;

import io.tinyscale.bbb.Secret;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.tenant.Tenant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What a balancer tells its relay. Called from many threads at once. */
public interface CallbackContext {

  /** The tenants now. The first secret of a tenant signs, each of them verifies. */
  List<Tenant> tenants();

  /**
   * The secrets that a server may sign with: of all servers of the pool, disabled ones included,
   * then those that servers had before, or that belonged to removed servers, since the start. Each
   * once.
   */
  List<Secret> serverSecrets();

  /**
   * The tenant who owns a meeting, or the recording of a meeting. With one tenant everything is
   * that tenant's.
   *
   * @param internalMeetingId the id that only this run of the meeting has; also the id of its
   *     recording
   * @return empty if nobody is known to own it
   */
  Optional<Tenant> owner(String internalMeetingId);

  /** Is told what becomes of callbacks. */
  GatewayObserver observer();

  /** The time of day. */
  InstantSource clock();
}
