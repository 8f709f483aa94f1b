package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.Response;
import java.io.IOException;

/** Answers one kind of call. Called from many threads at once. */
interface ApiCall {
  Response answer(ApiRequest request) throws IOException;
}
