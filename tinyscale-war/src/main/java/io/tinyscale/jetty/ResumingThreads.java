package io.tinyscale.jetty;

import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.OutOfMemory;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Jetty's threads, but for one kind of work: a connection whose answer was written by a thread of
 * the client, and which now looks for its next request, does so at once on that thread. Jetty would
 * wake up another one, which takes as long as everything else on the way of a small call. It is
 * safe as long as no handler blocks: a connection is only ever read without waiting.
 */
public final class ResumingThreads extends QueuedThreadPool {

  private final GatewayObserver observer;

  /**
   * A pool of at most, and at least, so many threads.
   *
   * @param observer is told of work that found no memory
   */
  public ResumingThreads(int most, int fewest, GatewayObserver observer) {
    super(most, fewest);
    this.observer = observer;
  }

  @Override
  protected void onJobFailure(Throwable failure) {
    OutOfMemoryError error = OutOfMemory.behind(failure);
    if (error != null) {
      observer.outOfMemory(error);
    }
    super.onJobFailure(failure);
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
