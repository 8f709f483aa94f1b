package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiError;
import io.tinyscale.call.Answers;
import io.tinyscale.meeting.Location;
import io.tinyscale.meeting.MeetingDirectory;
import io.tinyscale.meeting.Placement;
import io.tinyscale.placement.Placer;
import io.tinyscale.server.Server;
import io.tinyscale.store.Claims;
import io.tinyscale.store.Decided;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Decides where creates go: to the server that holds the meeting, to the server of its parent, to
 * the server that balancers have agreed on, or to the one that the policy chooses. Sends nothing.
 * Thread-safe.
 */
final class Destinations {

  private final MeetingDirectory directory;
  private final Placer placer;
  private final Claims claims;

  Destinations(MeetingDirectory directory, Placer placer, Claims claims) {
    this.directory = directory;
    this.placer = placer;
    this.claims = claims;
  }

  /** Where a create goes. */
  CompletionStage<Destination> of(PendingCreate create) {
    return directory
        .locateForCreate(create.meetingId(), create.word())
        .thenCompose(
            location ->
                location.fold(
                    found -> atHolder(create, found.server()),
                    absent -> anew(create, absent),
                    unknown -> refused(Answers.errorFor(unknown))));
  }

  /**
   * Where a create goes for which the policy, or the balancers, had chosen a server that certainly
   * got nothing.
   */
  CompletionStage<Destination> insteadOf(PendingCreate create, Server former) {
    create.passesOver(List.of(former));
    return anywhere(create, Optional.of(former));
  }

  /**
   * The create goes to the server that holds the meeting, unless balancers have decided otherwise:
   * then the meeting may have been ended and made anew elsewhere.
   */
  private CompletionStage<Destination> atHolder(PendingCreate create, Server holder) {
    return claims
        .decide(create.meetingId(), holder, directory.givenUp(create.meetingId()), false)
        .thenCompose(
            decided ->
                isFor(holder, decided)
                    ? completed(placed(directory.held(create.meetingId(), holder), decided.sure()))
                    : atOneOf(create, holder, decided));
  }

  /** Lets the servers say whether the meeting is where we know it, or where it was decided. */
  private CompletionStage<Destination> atOneOf(
      PendingCreate create, Server holder, Decided decided) {
    List<Server> asked = new ArrayList<>(List.of(holder));
    decided.server().ifPresent(asked::add);
    return directory
        .locateAmong(create.meetingId(), asked, create.word())
        .thenCompose(
            location ->
                location.fold(
                    found ->
                        completed(
                            placed(directory.held(create.meetingId(), found.server()), false)),
                    absent -> asOthersDecided(create, decided),
                    unknown -> refused(Answers.errorFor(unknown))));
  }

  /** The create goes to a server that our policy did not choose. */
  private CompletionStage<Destination> asOthersDecided(PendingCreate create, Decided decided) {
    return decided
        .server()
        .map(
            server ->
                directory
                    .place(create.meetingId(), server)
                    .thenApply(
                        placement ->
                            placed(placement, decided.sure() && placement.server().equals(server))))
        .orElseGet(() -> refused(ApiError.INTERNAL));
  }

  private CompletionStage<Destination> anew(PendingCreate create, Location.Absent absent) {
    create.metOverload(absent.overloaded());
    create.passesOver(absent.silent());
    return create
        .call()
        .parentMeetingId()
        .map(parent -> besideParent(create, parent))
        .orElseGet(() -> anywhere(create, Optional.empty()));
  }

  /**
   * The create of a breakout room goes to the server of its parent: no other server can make it. If
   * no server has the parent, any server says so.
   */
  private CompletionStage<Destination> besideParent(PendingCreate create, String parent) {
    return directory
        .locate(directory.idOf(parent))
        .thenCompose(
            location ->
                location.fold(
                    found -> withParent(create, found.server()),
                    absent -> anywhere(create, Optional.empty()),
                    unknown -> refused(Answers.errorFor(unknown))));
  }

  private CompletionStage<Destination> withParent(PendingCreate create, Server server) {
    return create.departure().isTooLate()
        ? refused(ApiError.INTERNAL)
        : directory
            .place(create.meetingId(), server)
            .thenApply(placement -> new Destination.Placed(placement, false, true));
  }

  /**
   * Lets the policy choose a server.
   *
   * @param not the server that was chosen before, and certainly got nothing
   */
  private CompletionStage<Destination> anywhere(PendingCreate create, Optional<Server> not) {
    List<Server> unreachable = create.unreachable();
    Optional<Server> chosen = placer.choose(create.request(), unreachable);
    if (chosen.isEmpty()) {
      return refused(
          create.isOverloaded()
              ? ApiError.OVERLOADED
              : placer.refusal(create.request(), unreachable));
    }
    if (create.departure().isTooLate()) {
      placer.failed(create.request(), chosen.get());
      return refused(ApiError.INTERNAL);
    }
    return claimed(create, not, chosen.get())
        .thenCompose(decided -> asDecided(create, chosen.get(), decided));
  }

  private CompletionStage<Decided> claimed(
      PendingCreate create, Optional<Server> not, Server chosen) {
    return not.map(former -> claims.decideAgain(create.meetingId(), former, chosen))
        .orElseGet(
            () ->
                claims.decide(
                    create.meetingId(), chosen, directory.givenUp(create.meetingId()), true));
  }

  private CompletionStage<Destination> asDecided(
      PendingCreate create, Server chosen, Decided decided) {
    if (!isFor(chosen, decided)) {
      placer.failed(create.request(), chosen);
      return asOthersDecided(create, decided);
    }
    return directory
        .place(create.meetingId(), chosen)
        .thenApply(
            placement ->
                placed(
                    heardByPolicy(create, placement, chosen), decided.sure() && placement.isNew()));
  }

  /** A placement whose end the policy hears of, too; at once if its choice came to nothing. */
  private Placement heardByPolicy(PendingCreate create, Placement placement, Server chosen) {
    if (placement.isNew()) {
      return new HeardPlacement(placement, placer, create.request());
    }
    placer.failed(create.request(), chosen);
    return placement;
  }

  private static boolean isFor(Server server, Decided decided) {
    return decided.server().filter(server::equals).isPresent();
  }

  private static Destination placed(Placement placement, boolean sure) {
    return new Destination.Placed(placement, sure, false);
  }

  private static CompletionStage<Destination> refused(ApiError error) {
    return completed(new Destination.Refused(error));
  }

  private static CompletionStage<Destination> completed(Destination destination) {
    return CompletableFuture.completedStage(destination);
  }
}
