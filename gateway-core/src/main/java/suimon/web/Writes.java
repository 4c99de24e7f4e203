package suimon.web;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.Map;
import suimon.command.CommandDoor;
import suimon.command.CommandDoor.Person;
import suimon.command.Observed;
import suimon.reading.Entry.Verdict;
import suimon.store.StoreFailed;
import suimon.web.Present.Receipt;

/** The few things a page may change; each is answered after it is on disk. */
@Controller("/api/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
@Requires(bean = WebServer.Backstage.class)
final class Writes {
    static final int TEXT_MAX = 1000;

    private final WebServer.Backstage backstage;

    Writes(WebServer.Backstage backstage) {
        this.backstage = backstage;
    }

    @Post("/alarms/acknowledge")
    HttpResponse<?> acknowledge(HttpRequest<?> request, @Body Map<String, String> body)
            throws InterruptedException {
        return answer(backstage.door().acknowledge(person(request), text(body, "occurrence")));
    }

    @Post("/labels")
    HttpResponse<?> label(HttpRequest<?> request, @Body Map<String, String> body) throws InterruptedException {
        Verdict verdict;
        switch (text(body, "verdict")) {
            case "TRUE" -> verdict = Verdict.TRUE;
            case "FALSE" -> verdict = Verdict.FALSE;
            case "UNSURE" -> verdict = Verdict.UNSURE;
            default -> {
                return Guard.refuse(HttpStatus.BAD_REQUEST, "verdict: expected TRUE, FALSE or UNSURE");
            }
        }
        return answer(backstage.door().label(person(request), text(body, "alarm"), verdict, text(body, "note")));
    }

    @Post("/observations")
    HttpResponse<?> observe(HttpRequest<?> request, @Body Map<String, String> body)
            throws InterruptedException, StoreFailed {
        String corrects = text(body, "corrects");
        if (!corrects.matches("\\d{0,18}")) {
            return Guard.refuse(HttpStatus.BAD_REQUEST, "corrects: expected the sequence of an observation");
        }
        return answer(backstage.door().observe(person(request), new Observed(text(body, "kind"), text(body, "place"),
                text(body, "species"), text(body, "value"), text(body, "at"), text(body, "note"),
                corrects.isEmpty() ? 0 : Long.parseLong(corrects))));
    }

    static HttpResponse<?> answer(CommandDoor.Outcome outcome) {
        return switch (outcome) {
            case CommandDoor.Outcome.Done done -> Reads.json(new Receipt(done.sequence()));
            case CommandDoor.Outcome.Refused refused -> Guard.refuse(HttpStatus.CONFLICT, refused.reason());
        };
    }

    static Person person(HttpRequest<?> request) {
        return request.getAttribute(Guard.PERSON, Person.class)
                .orElseThrow(() -> new IllegalStateException("the guard let a stranger through"));
    }

    static String text(Map<String, String> body, String key) {
        String found = body.get(key);
        return found == null ? "" : found.substring(0, Math.min(found.length(), TEXT_MAX));
    }
}
