package suimon.web;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.cookie.Cookie;
import io.micronaut.http.cookie.SameSite;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.io.IOException;
import java.util.Map;
import suimon.command.CommandDoor.Person;
import suimon.web.Present.SessionNow;

/** Coming and going of people, at a gateway and at a hub. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
final class Logins {
    private final Entrance entrance;

    Logins(Entrance entrance) {
        this.entrance = entrance;
    }

    @Get("/session")
    HttpResponse<String> session(HttpRequest<?> request) {
        Person person = request.getAttribute(Guard.PERSON, Person.class).orElse(null);
        return Reads.json(new SessionNow(
                person == null ? null : person.name(), person == null ? null : person.role(),
                entrance.isLoginRequired()));
    }

    @Post("/login")
    HttpResponse<?> login(HttpRequest<?> request, @Body Map<String, String> body) throws IOException {
        return switch (entrance.check(request, Writes.text(body, "name"), Writes.text(body, "password"))) {
            case Entrance.Known known -> Reads
                    .json(new SessionNow(known.credential().name(), known.credential().role(), true))
                    .toMutableResponse()
                    .cookie(cookie(entrance.begin(known.credential()), Sessions.IDLE_MAX.toSeconds()));
            case Entrance.Unknown ignored ->
                    Guard.refuse(HttpStatus.UNAUTHORIZED, "the user name or the password is wrong");
            case Entrance.TooEager eager -> Guard
                    .refuse(HttpStatus.TOO_MANY_REQUESTS, "too many failed logins; wait " + eager.seconds() + " s")
                    .header("Retry-After", String.valueOf(eager.seconds()));
        };
    }

    @Post("/logout")
    HttpResponse<?> logout(HttpRequest<?> request) {
        entrance.end(request);
        return Reads.json(new SessionNow(null, null, true)).toMutableResponse().cookie(cookie("", 0));
    }

    private static Cookie cookie(String value, long maxAge) {
        return Cookie.of(Guard.COOKIE, value)
                .httpOnly(true).secure(true).sameSite(SameSite.Strict).path("/").maxAge(maxAge);
    }
}
