package io.tinyscale.meeting;

import io.tinyscale.server.Server;

/**
 * The server that one create goes to. Whoever sends the create tells, once, what became of it:
 * {@link #made}, {@link #unknown}, {@link #erred} or {@link #failed}. Until then every call for the
 * meeting goes to that server.
 */
public interface Placement {

  /** The server to send the create to. */
  Server server();

  /**
   * Whether this create chose the server. Otherwise the server holds the meeting already, or is
   * about to, and the create goes to no other server, whatever becomes of it.
   */
  boolean isNew();

  /**
   * The server holds the meeting for certain.
   *
   * @param internalId empty if the server did not tell it
   */
  void made(String internalId);

  /** The create was sent and had no answer: the server may or may not hold the meeting. */
  void unknown();

  /**
   * The server answered with an error of its own: the create acts no more, but the server may hold
   * the meeting.
   */
  void erred();

  /** The create was not sent, or made nothing: the meeting is where it was before. */
  void failed();
}
