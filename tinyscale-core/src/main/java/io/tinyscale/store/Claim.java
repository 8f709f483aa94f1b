package io.tinyscale.store;

/**
 * A decision of all balancers about where a meeting goes.
 *
 * @param server name of the server
 * @param uses how many creates have used it, this one included
 * @param before name of the server that the meeting was claimed for before; empty if there was no
 *     claim, and the same as {@code server} if the claim stood
 * @param young whether the store may have lost claims, as in {@link StoreView#young}
 */
public record Claim(String server, long uses, String before, boolean young) {}
