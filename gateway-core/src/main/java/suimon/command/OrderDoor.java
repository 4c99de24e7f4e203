package suimon.command;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import suimon.access.Role;
import suimon.command.CommandDoor.Outcome;
import suimon.command.CommandDoor.Person;
import suimon.config.UplinkConfig.Command;
import suimon.store.Commit;

/** What people at a hub may have done here: what the site permits for that uplink, and nothing else. Any thread. */
public final class OrderDoor {
    /** A recording without a time begins so much later: loggers must have heard of it. */
    static final Duration LEAD = Duration.ofSeconds(10);

    private final CommandDoor door;
    private final RecordingDoor recordings;
    private final Function<String, Set<Command>> permitted;
    private final Clock clock;

    /**
     * What is asked.
     *
     * @param uplink over which it came
     * @param by who asks, at the hub
     */
    public record Asked(String uplink, String kind, Map<String, String> parameters, String by) {}

    /** @param permitted what an uplink may ask for */
    public OrderDoor(
            CommandDoor door, RecordingDoor recordings, Function<String, Set<Command>> permitted, Clock clock) {
        this.door = door;
        this.recordings = recordings;
        this.permitted = permitted;
        this.clock = clock;
    }

    /** How somebody at a hub is named in the audit of this gateway. */
    public static String nameOf(String uplink, String by) {
        return by + "@" + uplink;
    }

    /**
     * Does it or refuses. Nothing is committed of what is refused.
     *
     * @param alongside gives, for what was done, what must be committed together with it
     */
    public Outcome carryOut(Asked asked, Function<String, Commit> alongside) throws InterruptedException {
        Command command = commandOf(asked.kind());
        if (command == null) {
            return new Outcome.Refused("this gateway knows no command " + asked.kind());
        }
        if (!permitted.apply(asked.uplink()).contains(command)) {
            return new Outcome.Refused("not permitted: commands of the uplink " + asked.uplink()
                    + " in gateway.yaml does not name " + asked.kind());
        }
        Person person = new Person(nameOf(asked.uplink(), asked.by()), Role.OPERATOR);
        return switch (command) {
            case ACKNOWLEDGE -> {
                String alarm = asked.parameters().getOrDefault("alarm", "");
                yield door.acknowledge(person, alarm, alongside.apply(alarm));
            }
            case CAPTURE -> capture(person, asked.parameters(), alongside);
        };
    }

    private Outcome capture(Person person, Map<String, String> parameters, Function<String, Commit> alongside)
            throws InterruptedException {
        List<String> sensors = List.of(parameters.getOrDefault("sensors", "").split(","));
        String seconds = parameters.getOrDefault("seconds", "60");
        if (!seconds.matches("\\d{1,6}")) {
            return new Outcome.Refused("seconds: found " + seconds + ", expected a number");
        }
        Instant start;
        try {
            start = parameters.containsKey("at")
                    ? Instant.parse(parameters.get("at")) : clock.instant().plus(LEAD);
        } catch (DateTimeException wrong) {
            return new Outcome.Refused("at: found " + parameters.get("at") + ", expected such as 2026-11-24T02:30:00Z");
        }
        return switch (recordings.plan(person, sensors, start, Integer.parseInt(seconds), alongside)) {
            case RecordingDoor.Planned.Done done -> new Outcome.Done(done.sequence());
            case RecordingDoor.Planned.Refused refused -> new Outcome.Refused(refused.reason());
        };
    }

    private static @Nullable Command commandOf(String kind) {
        for (Command command : Command.values()) {
            if (command.name().toLowerCase(Locale.ROOT).equals(kind)) {
                return command;
            }
        }
        return null;
    }
}
