package io.tinyscale.launcher.demo;

import java.net.URI;

/**
 * The place of a person in a room: the page that the person's browser has open.
 *
 * @param server the name of the server that the page is from
 * @param page its address, which has the token of the session
 */
record Seat(String server, URI page) {}
