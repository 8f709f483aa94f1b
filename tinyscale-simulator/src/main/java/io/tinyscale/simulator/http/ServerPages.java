package io.tinyscale.simulator.http;

/** The HTML pages that a web server sends without its application. */
public final class ServerPages {
  private static final String NOT_FOUND =
      "<!DOCTYPE html><html><head><title>404 Not Found</title></head>"
          + "<body><h1>404 Not Found</h1><hr>nginx</body></html>";
  private static final String ERROR =
      "<!doctype html><html><head><title>Error</title></head>"
          + "<body><h1>Internal Server Error</h1></body></html>";

  private ServerPages() {}

  public static Response notFound() {
    return Response.html(404, NOT_FOUND);
  }

  public static Response error(int status) {
    return Response.html(status, ERROR);
  }
}
