/**
 * Who calls: the tenant whose secret made the checksum; and the id of a meeting as the servers see
 * it.
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
