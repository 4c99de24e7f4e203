package suimon.web;

import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import suimon.backhaul.Order;
import suimon.command.CommandDoor.Person;
import suimon.hub.OrderBook;

/** What people ask of a gateway over its hub. */
@Controller("/api/v1/gateways/{id}/commands")
@Requires(bean = HubServer.Backstage.class)
@ExecuteOn(TaskExecutors.BLOCKING)
final class HubOrders {
    private static final String KIND = "kind";
    private static final String HOURS = "expiresHours";

    private final HubServer.Backstage backstage;

    HubOrders(HubServer.Backstage backstage) {
        this.backstage = backstage;
    }

    /** All that are kept, the newest first. */
    record OrdersNow(List<OrderNow> commands) {}

    /** One of them. */
    record OrderNow(String id, String kind, Map<String, String> parameters, String by, Instant issuedAt,
            Instant expiresAt, OrderBook.State state, String outcome, @Nullable Instant outcomeAt) {}

    /** It is on disk. */
    record OrderGiven(String id) {}

    @Get
    HttpResponse<?> list(@PathVariable String id) {
        OrderBook book = backstage.hub().orders(id);
        return book == null ? unknown(id)
                : Reads.json(new OrdersNow(book.orders().stream().map(HubOrders::now).toList()));
    }

    @Post
    HttpResponse<?> give(HttpRequest<?> request, @PathVariable String id, @Body Map<String, String> body)
            throws InterruptedException {
        OrderBook book = backstage.hub().orders(id);
        if (book == null) {
            return unknown(id);
        }
        Person person = Writes.person(request);
        if (!person.role().mayOperate()) {
            return Guard.refuse(HttpStatus.FORBIDDEN, "the role " + person.role() + " may not");
        }
        Map<String, String> parameters = new TreeMap<>(body);
        String kind = Writes.text(body, KIND);
        String hours = body.getOrDefault(HOURS, "24");
        parameters.remove(KIND);
        parameters.remove(HOURS);
        if (!hours.matches("\\d{1,4}")) {
            return Guard.refuse(HttpStatus.BAD_REQUEST, HOURS + ": expected a whole number such as 24");
        }
        return switch (book.issue(person.name(), kind, parameters, Duration.ofHours(Long.parseLong(hours)))) {
            case OrderBook.Issued.Waiting waiting -> Reads.json(new OrderGiven(waiting.order().id()));
            case OrderBook.Issued.Refused refused -> Guard.refuse(HttpStatus.CONFLICT, refused.reason());
        };
    }

    private static OrderNow now(OrderBook.Shown shown) {
        Order order = shown.line().order();
        return new OrderNow(order.id(), order.kind(), order.parameters(), order.by(), order.issued(), order.expires(),
                shown.state(), shown.line().outcome(), shown.line().outcomeAt());
    }

    private static HttpResponse<?> unknown(String id) {
        return Guard.refuse(HttpStatus.NOT_FOUND, "no gateway has the id " + id);
    }
}
