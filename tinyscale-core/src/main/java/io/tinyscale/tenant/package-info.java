/**
 * Tenants and meeting ids. A tenant is the front end whose secret made the checksum; {@link
 * io.tinyscale.tenant.MeetingId} is the id of a meeting on the servers.
 *
 * <pre>{@code
 * Authenticator authenticator =
 *     new Authenticator(
 *         List.of(new Tenant("moodle", List.of(Secret.of("sesame")))),
 *         EnumSet.allOf(ChecksumAlgorithm.class));
 * Verdict verdict = authenticator.authenticate(ApiCall.END, query, QueryString.EMPTY);
 * }</pre>
 */
@NullMarked
package io.tinyscale.tenant;

import org.jspecify.annotations.NullMarked;
