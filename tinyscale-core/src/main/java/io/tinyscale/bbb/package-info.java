/**
 * The BigBlueButton API as plain values: calls, raw queries, checksums, errors, documents. No I/O.
 *
 * <p>A query is read, cut and extended as text, never decoded and built again, because the checksum
 * covers its bytes:
 *
 * <pre>{@code
 * QueryString query = new QueryString("name=Maths+1&meetingID=m1");
 * String checksum = Checksum.of(ChecksumAlgorithm.SHA256, ApiCall.CREATE, query, secret);
 * QueryString signed = query.with("checksum", checksum);
 * }</pre>
 */
@NullMarked
package io.tinyscale.bbb;

import org.jspecify.annotations.NullMarked;
