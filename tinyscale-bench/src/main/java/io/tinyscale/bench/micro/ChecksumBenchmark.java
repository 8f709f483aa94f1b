package io.tinyscale.bench.micro;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.Checksum;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Making and verifying the checksum of a join. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChecksumBenchmark {

  private final Secret secret = Secret.of("639259d4-9dd8-4b25-bf01-95f9567eaf4b");
  private final Set<ChecksumAlgorithm> accepted = EnumSet.allOf(ChecksumAlgorithm.class);
  private final QueryString query =
      new QueryString(
          "fullName=Anna+M%C3%BCller&meetingID=random-3456789&password=mp&redirect=true"
              + "&userID=4711&createTime=1795000000000&userdata-bbb_custom_language=de");

  /** The algorithm. */
  @Param public ChecksumAlgorithm algorithm = ChecksumAlgorithm.SHA256;

  private String given = "";

  /** What a front end sends. */
  @Setup
  public void sign() {
    given = Checksum.of(algorithm, ApiCall.JOIN, query, secret);
  }

  /** Signs a call to a server. */
  @Benchmark
  public String signs() {
    return Checksum.of(algorithm, ApiCall.JOIN, query, secret);
  }

  /** Verifies a call from a front end. */
  @Benchmark
  public boolean verifies() {
    return Checksum.holds(given, ApiCall.JOIN, query, secret, accepted);
  }
}
