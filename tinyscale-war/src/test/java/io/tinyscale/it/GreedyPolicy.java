package io.tinyscale.it;

import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A policy that is told that there is no memory. */
public final class GreedyPolicy implements PlacementPolicy {

  /** For the configuration. */
  public GreedyPolicy() {}

  /** A jar with this policy. */
  static Path jar(Path file) throws IOException {
    return ExtensionJar.of(file, PlacementPolicy.class, List.of(GreedyPolicy.class));
  }

  @Override
  public Optional<Server> choose(List<ServerStatus> candidates, PlacementRequest request) {
    throw new OutOfMemoryError("Java heap space");
  }
}
