package io.tinyscale.bench.balancers;

import java.util.List;

/**
 * What was seen in one cell of the table.
 *
 * @param twoCopies rooms of which two copies lived for longer than a second, in percent
 * @param twoAtTheEnd rooms of which two copies live at the end, in percent
 * @param peopleInTwo rooms with people in two copies at the same time, in percent
 * @param thrownOut rooms in which somebody was in a copy that was ended, although nobody had ended
 *     the room, in percent
 * @param onTwoServers rooms that more than one server was asked to make, at any time, in percent
 * @param refused creates that failed, or were not answered while the front end waited, in percent
 * @param serverCallsPerCreate calls to servers that a create brought about, without sweeps
 * @param confirmed creates that made a meeting and looked for others, in percent of all creates
 * @param yielded creates that made a meeting and were answered with another copy, in percent of
 *     those that made one and looked for others
 * @param claimsRefused questions to the store that led to a refused create, in percent
 * @param claimsUnanswered questions to the store without an answer, in percent
 * @param withTwoCopies some of these rooms
 * @param withPeopleInTwo some of these rooms
 * @param withThrownOut some of these rooms
 */
record Figures(
    long rooms,
    long creates,
    double twoCopies,
    double twoAtTheEnd,
    double peopleInTwo,
    double thrownOut,
    double onTwoServers,
    double refused,
    double serverCallsPerCreate,
    double confirmed,
    double yielded,
    double claimsRefused,
    double claimsUnanswered,
    List<String> withTwoCopies,
    List<String> withPeopleInTwo,
    List<String> withThrownOut) {}
