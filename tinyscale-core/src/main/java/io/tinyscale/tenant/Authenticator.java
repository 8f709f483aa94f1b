package io.tinyscale.tenant;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.Checksum;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the tenant whose secret made a call's checksum. Fails closed: no checksum, two of them, one
 * of unknown length or by an algorithm that is not accepted are all refused. Immutable.
 */
public final class Authenticator {

  private static final String CHECKSUM = "checksum";

  private final List<Tenant> tenants;
  private final Set<ChecksumAlgorithm> accepted;
  private final UnsignedBodies unsignedBodies;

  /** Knows these tenants and accepts checksums by these algorithms, whatever they cover. */
  public Authenticator(List<Tenant> tenants, Set<ChecksumAlgorithm> accepted) {
    this(tenants, accepted, UnsignedBodies.ACCEPT);
  }

  /**
   * Knows these tenants and accepts checksums by these algorithms.
   *
   * @param unsignedBodies whether they may leave a body uncovered
   */
  public Authenticator(
      List<Tenant> tenants, Set<ChecksumAlgorithm> accepted, UnsignedBodies unsignedBodies) {
    this.tenants = List.copyOf(tenants);
    this.accepted = Set.copyOf(accepted);
    this.unsignedBodies = unsignedBodies;
  }

  /** Verifies a call whose body is a form, or none. */
  public Verdict authenticate(ApiCall call, QueryString url, QueryString form) {
    return authenticate(call, url, form, false);
  }

  /**
   * Verifies a call.
   *
   * <p>A form in the body counts only if the URL has no parameters of its own, as on a server;
   * otherwise nothing covers it and it is left out. Two recipes are known for such a form: servers
   * from 3.0 on hash the empty query, older ones the sorted form.
   *
   * @param url the raw query of the URL
   * @param form the form in the body as it stands there; empty if the body is none
   * @param otherBody whether there is a body of another kind, which no checksum ever covers
   */
  public Verdict authenticate(ApiCall call, QueryString url, QueryString form, boolean otherBody) {
    List<String> given = new ArrayList<>(url.all(CHECKSUM));
    given.addAll(form.all(CHECKSUM));
    if (given.size() != 1) {
      return new Verdict.Rejected(
          given.isEmpty() ? ApiError.CHECKSUM_MISSING : ApiError.CHECKSUM_WRONG);
    }
    String checksum = given.get(0);
    QueryString urlParameters = url.without(CHECKSUM);
    QueryString formParameters = form.without(CHECKSUM);
    if (!urlParameters.isEmpty() || formParameters.isEmpty()) {
      Verdict ofUrl = verdict(call, checksum, urlParameters, urlParameters);
      return formParameters.isEmpty() && !otherBody ? ofUrl : uncovered(ofUrl);
    }
    Verdict sorted = verdict(call, checksum, form.sortedForm(), formParameters);
    // A user holds signed join URLs: a body that no checksum covers must never add to one.
    if (sorted instanceof Verdict.Accepted || call.equals(ApiCall.JOIN)) {
      return sorted;
    }
    return uncovered(verdict(call, checksum, QueryString.EMPTY, formParameters));
  }

  /** What a verdict is worth that leaves a body out of account. */
  private Verdict uncovered(Verdict verdict) {
    return verdict instanceof Verdict.Accepted && unsignedBodies == UnsignedBodies.REFUSE
        ? new Verdict.Rejected(ApiError.BODY_UNSIGNED)
        : verdict;
  }

  private Verdict verdict(
      ApiCall call, String checksum, QueryString hashed, QueryString parameters) {
    return owner(call, checksum, hashed)
        .<Verdict>map(tenant -> new Verdict.Accepted(tenant, parameters))
        .orElse(new Verdict.Rejected(ApiError.CHECKSUM_WRONG));
  }

  private Optional<Tenant> owner(ApiCall call, String checksum, QueryString hashed) {
    for (Tenant tenant : tenants) {
      for (Secret secret : tenant.secrets()) {
        if (Checksum.holds(checksum, call, hashed, secret, accepted)) {
          return Optional.of(tenant);
        }
      }
    }
    return Optional.empty();
  }
}
