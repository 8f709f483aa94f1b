/**
 * Locates meetings: which server holds a meeting.
 *
 * <p>Calls ask the {@link io.tinyscale.meeting.MeetingDirectory}. {@link
 * io.tinyscale.meeting.ProbedDirectory} answers from memory, and asks the servers about meetings
 * that it does not know. Begin to read at {@code Whereabouts}: it holds all states of a meeting and
 * every rule by which an event changes them, in one table. {@code MeetingTable} keeps one {@code
 * Whereabouts} for each meeting; {@code MeetingLocator} finds a meeting by memory, sweeps or
 * questions; {@code HolderSearch} asks all servers at once; {@code ServerReports} takes what they
 * tell; {@code CreateLocator} says where a create goes; {@code Leftovers} looks after the copies
 * that servers bring back.
 */
@NullMarked
package io.tinyscale.meeting;

import org.jspecify.annotations.NullMarked;
