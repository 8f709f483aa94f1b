package io.tinyscale.bench.micro;

import io.tinyscale.bbb.QueryString;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Reading and cutting the query of a join. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class QueryBenchmark {

  private final String raw =
      "fullName=Anna+M%C3%BCller&meetingID=random-3456789&password=mp&redirect=true&userID=4711"
          + "&createTime=1795000000000&userdata-bbb_custom_language=de&checksum="
          + "0123456789abcdef0123456789abcdef01234567";
  private final QueryString query = new QueryString(raw);

  /** A plain value near the beginning. */
  @Benchmark
  public Optional<String> readsMeetingId() {
    return query.first("meetingID");
  }

  /** A value that must be decoded. */
  @Benchmark
  public Optional<String> readsEncodedName() {
    return query.first("fullName");
  }

  /** All values of one name; looks at every parameter. */
  @Benchmark
  public List<String> findsChecksums() {
    return query.all("checksum");
  }

  /** The query without its checksum. */
  @Benchmark
  public QueryString cutsChecksum() {
    return query.without("checksum");
  }
}
