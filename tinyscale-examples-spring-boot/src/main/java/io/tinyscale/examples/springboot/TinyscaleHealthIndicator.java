package io.tinyscale.examples.springboot;

import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.servlet.TinyscaleFilter;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * The entry {@code tinyscale} of {@code /actuator/health}: whether a new meeting finds a server. It
 * asks no server, and its details name none. Spring takes the entry's name from the name of this
 * class, without {@code HealthIndicator}.
 */
@Component
class TinyscaleHealthIndicator implements HealthIndicator {

  private final TinyscaleFilter tinyscale;

  TinyscaleHealthIndicator(TinyscaleFilter tinyscale) {
    this.tinyscale = tinyscale;
  }

  @Override
  public Health health() {
    return tinyscale
        .status()
        .map(TinyscaleHealthIndicator::health)
        .orElseGet(() -> Health.down().build());
  }

  private static Health health(BalancerStatus status) {
    Health.Builder health = status.takingNewMeetings() > 0 ? Health.up() : Health.down();
    return health
        .withDetail("servers", status.inUse())
        .withDetail("up", status.up())
        .withDetail("takingNewMeetings", status.takingNewMeetings())
        .withDetail("meetings", status.meetings())
        .build();
  }
}
