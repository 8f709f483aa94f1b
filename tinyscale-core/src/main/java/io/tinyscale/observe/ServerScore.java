package io.tinyscale.observe;

import io.tinyscale.server.Server;

/**
 * How well a server suits a new meeting.
 *
 * @param load what the server is expected to carry without the meeting, in users without cameras
 * @param score how full the server would be, in proportion to its weight; the least is the best
 */
public record ServerScore(Server server, double load, double score) {}
