package io.tinyscale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.trace.Crossing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WrongSecretsTest {

  private final List<String> told = new ArrayList<>();
  private final GatewayObserver observer =
      new GatewayObserver() {
        @Override
        public void wrongSecret(ApiCall call, String address, long refused) {
          told.add(call.name() + " from " + address + ": " + refused);
        }
      };
  private long now = Long.MAX_VALUE - 5;
  private final WrongSecrets wrongSecrets = new WrongSecrets(observer, () -> now);

  private void refused(String call, String address) {
    wrongSecrets.refused(
        new ApiRequest(
            "GET",
            ApiCall.named(call),
            QueryString.EMPTY,
            Crossing.NOTHING,
            "",
            Body.EMPTY,
            () -> address));
  }

  @Test
  void tellsTheFirstCallAtOnceAndTheOthersOnceAMinute() {
    refused("create", "10.0.0.1");
    refused("end", "10.0.0.2");
    now += Duration.ofSeconds(60).toNanos() - 1;
    refused("end", "10.0.0.3");
    now++;
    refused("getMeetings", "10.0.0.4");
    refused("getMeetings", "10.0.0.5");

    assertThat(told).containsExactly("create from 10.0.0.1: 1", "getMeetings from 10.0.0.4: 3");
  }
}
