package suimon.web;

import io.micronaut.context.annotation.Primary;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.stream.Collectors;
import suimon.web.Present.Problem;

/** Every refusal the server itself makes has the same shape as ours: {@code {"message": ...}}. */
@Singleton
@Primary
final class Failures implements ErrorResponseProcessor<String> {
    @Override
    public MutableHttpResponse<String> processResponse(ErrorContext context, MutableHttpResponse<?> response) {
        HttpResponse<?> plain = response;
        String words = context.hasErrors()
                ? context.getErrors().stream().map(Error::getMessage).collect(Collectors.joining("; "))
                : plain.reason();
        return response.body(Json.of(new Problem(words))).contentType(MediaType.APPLICATION_JSON_TYPE);
    }
}
