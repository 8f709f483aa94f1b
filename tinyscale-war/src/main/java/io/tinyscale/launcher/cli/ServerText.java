package io.tinyscale.launcher.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A server of an answer, in words. */
record ServerText(Fields server, Times times) {

  private static final String API = "/bigbluebutton/api";

  String name() {
    return server.text("name");
  }

  String state() {
    return stateOf(server);
  }

  static String stateOf(Fields server) {
    return server.flag("leaving") ? "leaving" : server.text("state");
  }

  /** The verdict in one word, with how long it holds if it is bad. */
  String verdict() {
    String verdict = server.text("verdict");
    if (server.has("ejectedUntil")) {
      return "ejected";
    }
    return isDown() ? "DOWN " + times.ago(server.time("since")) : verdict;
  }

  boolean isDown() {
    return server.text("verdict").equals("down");
  }

  long meetings() {
    return load().number("meetings", 0);
  }

  long users() {
    return load().number("users", 0);
  }

  Fields load() {
    return server.object("load");
  }

  /** A number of the last sweep; a dash if unknown. */
  String figure(String name) {
    return load().number(name).map(Object::toString).orElse(Table.NONE);
  }

  /** A number that says nothing of a server that is down. */
  String currentFigure(String name) {
    return isDown() ? Table.NONE : figure(name);
  }

  String usersByWeight() {
    long weight = Math.max(1, server.number("weight", 1));
    return isDown()
        ? Table.NONE
        : load().number("users").map(users -> Long.toString(users / weight)).orElse(Table.NONE);
  }

  String seen() {
    return times.ago(load().time("asOf"));
  }

  /** The address without the part that all servers have. */
  String address() {
    String api = server.text("api");
    return api.endsWith(API) ? api.substring(0, api.length() - API.length()) : api;
  }

  /** What an operator should know besides; may be empty. */
  String note() {
    List<String> notes = new ArrayList<>();
    String cause = server.text("cause");
    Optional<Instant> ejectedUntil = server.time("ejectedUntil");
    if (ejectedUntil.isPresent()) {
      notes.add(failures(cause));
      notes.add("back in " + times.secondsUntil(ejectedUntil.get()) + " s");
    } else if (!cause.isEmpty()) {
      notes.add(cause);
    }
    if (server.flag("secretRefused")) {
      notes.add("refuses the secret");
    }
    if (server.has("drain")) {
      notes.add(drain());
    }
    if (notes.isEmpty() && !server.flag("available")) {
      server.texts("reasons").stream()
          .filter(reason -> !reason.equals(server.text("state")))
          .forEach(notes::add);
    }
    return String.join(", ", notes);
  }

  /** Why a server is ejected. */
  private String failures(String cause) {
    long failed = server.object("calls").number("failedLast5m", 0);
    String calls = failed == 0 ? "calls" : failed == 1 ? "1 call" : failed + " calls";
    return calls + " failed" + (cause.isEmpty() ? "" : " (" + cause + ")");
  }

  private String drain() {
    Fields drain = server.object("drain");
    StringBuilder text = new StringBuilder("draining");
    drain.time("deadline").ifPresent(end -> text.append(" until ").append(times.clockTime(end)));
    if (drain.flag("end")) {
      text.append(", then end");
    }
    String then = drain.text("then");
    if (!then.isEmpty() && !then.equals("cordoned")) {
      text.append(drain.flag("end") ? " and " : ", then ").append(then);
    }
    return text.toString();
  }

  /** Such as {@code 41 meetings, 873 people}. */
  String crowd() {
    return meetings(meetings()) + ", " + people(users());
  }

  static String meetings(long count) {
    return count == 1 ? "1 meeting" : count + " meetings";
  }

  static String people(long count) {
    return count == 1 ? "1 person" : count + " people";
  }
}
