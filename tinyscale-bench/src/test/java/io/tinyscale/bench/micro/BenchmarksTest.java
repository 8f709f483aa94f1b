package io.tinyscale.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.call.Answer;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;

/** A benchmark of errors would be fast: each must do what it claims to measure. */
class BenchmarksTest {

  @Test
  void theQueryIsReadAndCut() {
    QueryBenchmark benchmark = new QueryBenchmark();

    assertThat(benchmark.readsMeetingId()).contains("random-3456789");
    assertThat(benchmark.readsEncodedName()).contains("Anna Müller");
    assertThat(benchmark.findsChecksums()).hasSize(1);
    assertThat(benchmark.cutsChecksum().raw()).endsWith("custom_language=de");
  }

  @Test
  void theChecksumHolds() {
    ChecksumBenchmark benchmark = new ChecksumBenchmark();
    benchmark.sign();

    assertThat(benchmark.verifies()).isTrue();
    assertThat(benchmark.signs()).hasSize(64);
  }

  @Test
  void theMeetingsAreFound() {
    DirectoryBenchmark benchmark = new DirectoryBenchmark();
    benchmark.servers = 10;
    benchmark.fill();

    assertThat(benchmark.finds()).isPresent();
    benchmark.stop();
  }

  @Test
  void aServerIsChosen() {
    PlacementBenchmark benchmark = new PlacementBenchmark();
    benchmark.servers = 10;
    benchmark.fill();

    assertThat(benchmark.takesATurn()).isPresent();
    assertThat(benchmark.findsTheLeastLoad()).isPresent();
    assertThat(benchmark.findsTheLeastAmongEqualLoads()).isPresent();
    assertThat(benchmark.findsTheLeastLoadOfAlternatingTags()).isPresent();
  }

  @Test
  void callsAreRelayedAndRedirected() {
    GatewayBenchmark benchmark = new GatewayBenchmark();
    benchmark.fill();

    assertThat(benchmark.relays()).isInstanceOf(Answer.Relay.class);
    assertThat(benchmark.redirects())
        .isInstanceOfSatisfying(
            Answer.Redirect.class,
            redirect ->
                assertThat(redirect.location()).contains(".example.org/bigbluebutton/api/join?"));
    benchmark.stop();
  }

  @Test
  void listsAreReadAndMerged() throws XMLStreamException {
    ListBenchmark benchmark = new ListBenchmark();
    benchmark.fill();

    ListBenchmark.Volume volume = new ListBenchmark.Volume();
    assertThat(benchmark.scans(volume)).isEqualTo(10_000);
    assertThat(benchmark.merges(volume)).isGreaterThan(9_000_000);
    assertThat(volume.megabytes).isGreaterThan(18);
    benchmark.stop();
  }
}
