package io.tinyscale.simulator.api;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** A release line of BigBlueButton, and how it differs from the others on the wire. */
public enum Profile {
  /** Validation layer, but SHA-1 and SHA-256 only, no insertDocument, passwords still matter. */
  V2_4("2.4"),
  /** All checksum algorithms, insertDocument, recordings in pages wrapped in an element. */
  V2_6("2.6"),
  /** Recordings in pages with a bare {@code totalElements}; error redirects configurable. */
  V2_7("2.7"),
  /** Join by GET only, form bodies signed with an empty query, sendChatMessage. */
  V3_0("3.0"),
  /**
   * At most one {@code checksum} parameter, malformed XML reported, longer plugin list in the root.
   */
  V4_0("4.0");

  private final String version;

  Profile(String version) {
    this.version = version;
  }

  /** The release line as people write it, such as {@code 3.0}. */
  public String version() {
    return version;
  }

  /** The profile of a release line written {@code 3.0}, {@code v3.0} or {@code V3_0}. */
  public static Optional<Profile> parse(String text) {
    return Arrays.stream(values())
        .filter(
            p ->
                text.equalsIgnoreCase(p.name()) || text.replaceFirst("^[vV]", "").equals(p.version))
        .findFirst();
  }

  private boolean since(Profile other) {
    return compareTo(other) >= 0;
  }

  public Set<String> algorithms() {
    return since(V2_6) ? Set.of("sha1", "sha256", "sha384", "sha512") : Set.of("sha1", "sha256");
  }

  /** bbb-webhooks learned other algorithms than SHA-1 with BBB 3.0. */
  Set<String> hookAlgorithms() {
    return since(V3_0) ? algorithms() : Set.of("sha1");
  }

  boolean acceptsUpperCaseChecksum() {
    return since(V2_6);
  }

  boolean refusesSeveralChecksums() {
    return since(V4_0);
  }

  /** Whether a form POST without URL query is signed over its parameters, sorted and re-encoded. */
  boolean signsSortedForm() {
    return !since(V3_0);
  }

  /** A security hole of these versions: they do not check such a request, not even its checksum. */
  boolean trustsPresentationUploadUrl() {
    return since(V2_6) && !since(V4_0);
  }

  boolean checksContentType() {
    return since(V2_6);
  }

  boolean joinsByPost() {
    return !since(V3_0);
  }

  boolean checksEndPassword() {
    return !since(V2_6);
  }

  /**
   * Up to 2.7 the server answers differently to a guest who must wait; later the client handles
   * this.
   */
  boolean answersGuestWait() {
    return !since(V3_0);
  }

  boolean knowsErrorRedirectUrl() {
    return since(V2_7);
  }

  /** Whether a join with a wrong checksum redirects to the server's own page only. */
  boolean ignoresUrlsOfUnsignedJoin() {
    return since(V4_0);
  }

  boolean limitsFullName() {
    return since(V4_0);
  }

  boolean reportsMalformedXml() {
    return since(V4_0);
  }

  boolean hasInsertDocument() {
    return since(V2_6);
  }

  boolean hasChatMessages() {
    return since(V3_0);
  }

  boolean hasEnter() {
    return !since(V3_0);
  }

  boolean hasJoinUrls() {
    return since(V3_0);
  }

  boolean rootNamesApiVersion() {
    return since(V2_6);
  }

  boolean rootNamesGraphql() {
    return since(V3_0);
  }

  boolean rootNamesPluginSdk() {
    return since(V4_0);
  }

  boolean answersRootInJson() {
    return since(V3_0);
  }

  /**
   * Old releases number hooks from 1, so that two servers use the same ids; later releases use
   * UUIDs.
   */
  boolean numbersHooks() {
    return !since(V3_0);
  }

  /** How the failures of a join reach the caller. */
  JoinFailures joinFailures() {
    if (since(V4_0)) {
      return JoinFailures.LATE_ONES_AS_ASKED;
    }
    return since(V2_7) ? JoinFailures.AS_ASKED : JoinFailures.ALWAYS_REDIRECT;
  }

  /** How pages of recordings are described. */
  Paging paging() {
    if (since(V2_7)) {
      return Paging.BARE;
    }
    return since(V2_6) ? Paging.WRAPPED : Paging.NONE;
  }

  /** Whether a failed join answers by redirect or, with {@code redirect=false}, in XML. */
  enum JoinFailures {
    ALWAYS_REDIRECT,
    AS_ASKED,
    /** As asked, but failures of the first validation step always redirect. */
    LATE_ONES_AS_ASKED
  }

  /** How getRecordings describes a page. */
  enum Paging {
    NONE,
    WRAPPED,
    BARE
  }
}
