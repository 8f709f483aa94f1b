package io.tinyscale.listing;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import io.tinyscale.body.PieceSource;
import io.tinyscale.call.Answer;
import io.tinyscale.upstream.Outcome;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A server whose answers have no end, each in its own way, in a process with a small heap. Exits
 * with 0 if every call was answered, without that server or with a clean failure, before a gigabyte
 * was read, and nothing is left in the temporary folder.
 */
public final class EndlessAnswersMain {

  private static final long PATIENCE_SECONDS = 120;
  private static final long A_GIGABYTE = 1L << 30;
  private static final String LIST = "<response><returncode>SUCCESS</returncode><meetings>";
  private static final String INFO = "<response><returncode>SUCCESS</returncode>";
  private static final String X = "x".repeat(8000);

  private static final AtomicLong READ = new AtomicLong();

  private EndlessAnswersMain() {}

  /** No arguments. */
  public static void main(String[] args) throws Exception {
    ExecutorService work = Executors.newFixedThreadPool(2);
    TestBalancer balancer = new TestBalancer(2).withWork(work);
    balancer.bbb(1).holds("lost");
    balancer.bbb(2).holds("kept");
    balancer.sweep(1);
    balancer.sweep(2);
    // The beginning of an answer, and the text that it repeats for ever.
    Map<String, List<String>> lists = new TreeMap<>();
    lists.put("meetings", List.of(LIST, "<meeting><meetingID>#</meetingID></meeting>".repeat(99)));
    lists.put("large meetings", List.of(LIST, "<meeting><a>" + X.repeat(9) + "</a></meeting>"));
    lists.put("one meeting", List.of(LIST + "<meeting>", "<a>" + X + "</a>"));
    lists.put("depth in a meeting", List.of(LIST + "<meeting>", "<a>".repeat(999)));
    lists.put("depth", List.of(LIST, "<a>".repeat(999)));
    lists.put("an attribute", List.of(LIST + "<meeting a='", X));
    lists.put("attributes", List.of(LIST + "<meeting ", "a='" + X + "' "));
    lists.put("a name", List.of(LIST + "<", X));
    lists.put("a comment", List.of(LIST + "<!--", X));
    lists.put("CDATA", List.of(LIST + "<meeting><![CDATA[", X));
    lists.put("an instruction", List.of(LIST + "<?a ", X));
    lists.put("a declaration", List.of("<?xml ", X));
    lists.put("text", List.of(LIST, X));
    lists.put("blanks", List.of("", " ".repeat(8000)));
    lists.put("a document type", List.of("<!DOCTYPE a [", "<!ENTITY a '" + X + "'>"));
    lists.put("a letter of four bytes", List.of("<?xml version='1.0' encoding='UTF-32'?>", X));
    lists.forEach((name, answer) -> list(balancer, work, name, answer));
    String created =
        answered(
            balancer, work, "create", "name=x&meetingID=lost", List.of(INFO, "<a>" + X + "</a>"));
    require(created.contains("internalError"), created);
    String[] left = new File(System.getProperty("java.io.tmpdir")).list();
    require(left != null && left.length == 0, "files left");
    System.exit(0); // even if threads are left
  }

  private static void list(
      TestBalancer balancer, ExecutorService work, String name, List<String> answer) {
    String document = answered(balancer, work, "getMeetings", "", answer);
    require(document.contains("kept") && !document.contains("lost"), name + " " + document);
    System.out.println(name + ": given up after " + READ.get() + " bytes");
  }

  private static String answered(
      TestBalancer balancer, ExecutorService work, String call, String query, List<String> answer) {
    READ.set(0);
    balancer
        .bbb(1)
        .answers(
            call,
            outcome ->
                new Outcome.Answered(
                    200,
                    List.of(new Header("Content-Type", "text/xml")),
                    Body.fetched(-1, new Endless(answer.get(0), answer.get(1)), work)));
    try {
      Answer answered = balancer.calling(call, query).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      require(READ.get() < A_GIGABYTE, call + " read " + READ.get());
      return TestBalancer.text(answered);
    } catch (Exception e) {
      throw new IllegalStateException(call + " " + answer.get(0), e);
    }
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      System.out.println("wrong: " + what);
      System.exit(1);
    }
  }

  /** Repeats itself for a gigabyte, and then a little more. */
  private static final class Endless implements PieceSource {

    private final String piece;
    private String next;
    private int number;

    Endless(String beginning, String piece) {
      this.next = beginning;
      this.piece = piece;
    }

    @Override
    public Optional<ByteBuffer> next() {
      byte[] bytes = next.getBytes(StandardCharsets.US_ASCII);
      next = piece.replace("#", Integer.toString(number++));
      if (READ.addAndGet(bytes.length) > A_GIGABYTE + (1 << 20)) {
        return Optional.empty();
      }
      return Optional.of(ByteBuffer.wrap(bytes));
    }

    @Override
    public void close() {}
  }
}
