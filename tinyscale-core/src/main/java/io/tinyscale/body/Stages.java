package io.tinyscale.body;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What the library lacks for asynchronous work. */
public final class Stages {

  private Stages() {}

  /**
   * Starts the work. If starting it throws, or finds no memory, the returned stage fails instead,
   * so that those who took a place for the work give it back.
   */
  public static <T> CompletionStage<T> started(Supplier<CompletionStage<T>> work) {
    try {
      return work.get();
    } catch (RuntimeException | OutOfMemoryError bug) {
      return CompletableFuture.failedStage(bug);
    }
  }

  /** All results, in the order of the stages, once every stage is done. */
  public static <T> CompletionStage<List<T>> all(List<CompletionStage<T>> stages) {
    List<CompletableFuture<T>> futures =
        stages.stream().map(CompletionStage::toCompletableFuture).toList();
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
        .thenApply(done -> futures.stream().map(CompletableFuture::join).toList());
  }
}
