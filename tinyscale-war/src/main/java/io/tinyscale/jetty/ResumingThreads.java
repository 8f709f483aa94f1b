package io.tinyscale.jetty;

import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Jetty's threads, but for one kind of work: a connection whose answer was written by a thread of
 * the client, and which now looks for its next request, does so at once on that thread. Jetty would
 * wake up another one, which takes as long as everything else on the way of a small call. It is
 * safe as long as no handler blocks: a connection is only ever read without waiting.
 */
public final class ResumingThreads extends QueuedThreadPool {

  /** A pool of at most, and at least, so many threads. */
  public ResumingThreads(int most, int fewest) {
    super(most, fewest);
  }

  @Override
  public void execute(Runnable job) {
    if (job instanceof Connection) {
      job.run();
    } else {
      super.execute(job);
    }
  }
}
