package io.tinyscale.gateway;

import io.tinyscale.meeting.Placement;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.placement.Placer;
import io.tinyscale.server.Server;

/** A placement by a policy, which hears what became of the create. */
record HeardPlacement(Placement placement, Placer placer, PlacementRequest request)
    implements Placement {

  @Override
  public Server server() {
    return placement.server();
  }

  @Override
  public boolean isNew() {
    return placement.isNew();
  }

  @Override
  public void made(String internalId) {
    placement.made(internalId);
    placer.made(request, server());
  }

  @Override
  public void unknown() {
    placement.unknown();
    placer.unknown(request, server());
  }

  @Override
  public void erred() {
    placement.erred();
    placer.unknown(request, server());
  }

  @Override
  public void failed() {
    placement.failed();
    placer.failed(request, server());
  }
}
