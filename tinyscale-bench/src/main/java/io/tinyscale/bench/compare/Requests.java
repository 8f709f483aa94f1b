package io.tinyscale.bench.compare;

import io.tinyscale.bench.engine.FrontEnd;
import io.tinyscale.bench.http.Message;
import io.tinyscale.bench.load.RequestSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The calls of the scenarios, signed and rendered in advance where possible. Each supplier returns
 * a source that starts from the beginning.
 */
final class Requests {

  private static final long SEED = 20261122;
  private static final long LARGE = 64_000_000;

  private static final String CREATE_PARAMETERS =
      "&attendeePW=ap&moderatorPW=mp&record=false&welcome=Welcome+to+the+lesson";

  /** Numbers the created meetings; an id is used once in a run. */
  private final AtomicLong created = new AtomicLong();

  /** Asks for each meeting in turn whether it runs. */
  Supplier<RequestSource> running(int meetings) {
    return cycle(meetings, number -> FrontEnd.get("isMeetingRunning", "meetingID=m" + number));
  }

  /**
   * Asks for each meeting in turn whether it runs. Another parameter changes each time, so that
   * equal calls are far apart.
   */
  Supplier<RequestSource> runningDistinct(int meetings, int variants) {
    return cycle(
        meetings * variants,
        number ->
            FrontEnd.get(
                "isMeetingRunning", "meetingID=m" + number % meetings + "&n=" + number / meetings));
  }

  Supplier<RequestSource> unknown(int meetings) {
    return cycle(
        meetings, number -> FrontEnd.get("isMeetingRunning", "meetingID=unknown-" + number));
  }

  Supplier<RequestSource> join(int meetings) {
    return cycle(meetings, Requests::joining);
  }

  private static Message joining(int number) {
    return FrontEnd.get(
        "join",
        "fullName=User+"
            + number
            + "&meetingID=m"
            + number
            + "&password=mp&redirect=true&userID=u"
            + number);
  }

  /** The same call all the time. */
  Supplier<RequestSource> equalPolls() {
    return cycle(1, number -> FrontEnd.get("getMeetingInfo", "meetingID=m0"));
  }

  Supplier<RequestSource> list() {
    return cycle(1, number -> FrontEnd.get("getMeetings", ""));
  }

  Supplier<RequestSource> upload() {
    return cycle(
        1,
        number ->
            FrontEnd.post(
                "insertDocument",
                "meetingID=m0",
                "<modules><module name=\"presentation\"><document name=\"a.pdf\">",
                LARGE,
                "</document></module></modules>"));
  }

  Supplier<RequestSource> download() {
    return cycle(1, number -> FrontEnd.get("getMeetingInfo", "meetingID=large"));
  }

  /** A new meeting each time. */
  Supplier<RequestSource> create() {
    return () -> () -> create("c" + created.incrementAndGet());
  }

  private static Message create(String meetingId) {
    return FrontEnd.get("create", "name=Lesson&meetingID=" + meetingId + CREATE_PARAMETERS);
  }

  /**
   * Of a hundred calls 80 ask whether one of 300 meetings runs, 10 ask for the details of a
   * meeting, 5 join, and 5 create a meeting or end it later.
   */
  Supplier<RequestSource> mix() {
    return once(Requests::mixed);
  }

  private static List<Message> mixed() {
    int length = 20_000;
    List<Integer> order = new ArrayList<>(IntStream.range(0, length).boxed().toList());
    Collections.shuffle(order, new Random(SEED));
    List<Message> calls = new ArrayList<>(Collections.nCopies(length, Message.of("")));
    Random random = new Random(SEED);
    List<Integer> changes = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      int percent = i % 100;
      int position = order.get(i);
      int meeting = random.nextInt(300);
      if (percent < 80) {
        calls.set(position, FrontEnd.get("isMeetingRunning", "meetingID=m" + meeting));
      } else if (percent < 90) {
        calls.set(position, FrontEnd.get("getMeetingInfo", "meetingID=m" + meeting));
      } else if (percent < 95) {
        calls.set(position, joining(meeting));
      } else {
        changes.add(position);
      }
    }
    Collections.sort(changes);
    // One quarter of the calls creates meetings, the next quarter ends them. By then the create is
    // answered.
    int quarter = changes.size() / 4;
    for (int i = 0; i < changes.size(); i++) {
      boolean creates = i / quarter % 2 == 0;
      String meetingId = "x" + (creates ? i : i - quarter);
      calls.set(
          changes.get(i),
          creates ? create(meetingId) : FrontEnd.get("end", "meetingID=" + meetingId));
    }
    return calls;
  }

  private static Supplier<RequestSource> cycle(int length, IntFunction<Message> request) {
    return once(() -> IntStream.range(0, length).mapToObj(request).toList());
  }

  /** Renders the calls at the first request; each source starts from the beginning. */
  private static Supplier<RequestSource> once(Supplier<List<Message>> rendering) {
    List<Message> rendered = new ArrayList<>();
    return () -> {
      if (rendered.isEmpty()) {
        rendered.addAll(rendering.get());
      }
      return RequestSource.cycle(rendered);
    };
  }
}
