package io.tinyscale.gateway;

import io.tinyscale.meeting.Location;
import io.tinyscale.meeting.MeetingDirectory;
import io.tinyscale.meeting.Placement;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A directory whose placements are completed by the test, and that remembers what it is told. */
final class FakeDirectory implements MeetingDirectory {

  final List<CompletableFuture<Placement>> asked = new ArrayList<>();
  final List<String> told = new ArrayList<>();
  Location location = new Location.Absent();

  /** Lets the last create go to this server. */
  void places(Server server, boolean isNew) {
    asked.get(asked.size() - 1).complete(placement(server, isNew));
  }

  @Override
  public boolean isShared() {
    return false;
  }

  private Placement placement(Server server, boolean isNew) {
    return new Placement() {

      @Override
      public Server server() {
        return server;
      }

      @Override
      public boolean isNew() {
        return isNew;
      }

      @Override
      public void made(String internalId) {
        told.add("made on " + server.name());
      }

      @Override
      public void unknown() {
        told.add("unknown on " + server.name());
      }

      @Override
      public void erred() {
        told.add("erred on " + server.name());
      }

      @Override
      public void failed() {
        told.add("failed on " + server.name());
      }
    };
  }

  @Override
  public CompletionStage<Placement> place(MeetingId meetingId, Server chosen) {
    CompletableFuture<Placement> placement = new CompletableFuture<>();
    asked.add(placement);
    return placement;
  }

  @Override
  public Placement held(MeetingId meetingId, Server holder) {
    return placement(holder, false);
  }

  @Override
  public CompletionStage<Location> locateForCreate(MeetingId meetingId, Deadline deadline) {
    return CompletableFuture.completedStage(location);
  }

  @Override
  public CompletionStage<Location> locate(MeetingId meetingId) {
    return CompletableFuture.completedStage(location);
  }

  @Override
  public CompletionStage<Location> locateForJoin(MeetingId meetingId) {
    return locate(meetingId);
  }

  @Override
  public CompletionStage<Location> locateNotRunning(MeetingId meetingId, Server server) {
    return CompletableFuture.completedStage(new Location.Found(server));
  }

  @Override
  public CompletionStage<Location> locateAfterDenial(
      MeetingId meetingId, Server denier, long asked) {
    return CompletableFuture.completedStage(location);
  }

  @Override
  public MeetingId idOf(String externalOrInternal) {
    return new MeetingId(externalOrInternal);
  }

  @Override
  public Optional<Server> remembered(MeetingId meetingId) {
    return Optional.empty();
  }

  @Override
  public CompletionStage<Server> confirm(MeetingId meetingId, Server made, Deadline deadline) {
    return CompletableFuture.completedStage(made);
  }

  @Override
  public List<String> givenUp(MeetingId meetingId) {
    return List.of();
  }

  @Override
  public CompletionStage<Location> locateAmong(
      MeetingId meetingId, List<Server> servers, Deadline deadline) {
    return CompletableFuture.completedStage(location);
  }

  @Override
  public void made(MeetingId meetingId, Server server) {}

  @Override
  public boolean isChangedElsewhere(MeetingId meetingId) {
    return false;
  }

  @Override
  public void joining(MeetingId meetingId, Server server) {
    told.add("joining " + meetingId + " on " + server.name());
  }

  @Override
  public CompletionStage<Void> ending(MeetingId meetingId, Server server) {
    told.add("ending on " + server.name());
    return CompletableFuture.completedStage(null);
  }
}
