package suimon.pipeline;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import suimon.config.DecodeConfig;
import suimon.pipeline.Decoder.Fault;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

/**
 * Uplinks as ChirpStack 4 and The Things Stack 3 publish them. Paths lead into
 * {@link LorawanUplink#said}, which has the same words for both; {@code $.lpp} is the payload as
 * Cayenne LPP, {@code $.missed} and {@code $.reset} are what the frame counter says.
 *
 * <p>A frame that comes again makes no readings, and so do joins and acknowledgements.
 */
final class LorawanPlan implements Plan {
    /** An uplink with more values is refused: a device has a few dozen. */
    static final int VALUES_MAX = 500;

    private static final int NESTED_MAX = 16;

    private final JsonTape tape;
    private final FrameCounters counters;
    private final CayenneLpp lpp = new CayenneLpp();
    private final Map<String, String> names;
    private final String template;
    private final boolean isNumberExpected;
    private final boolean needsLpp;
    private final List<Wanted> wanted;

    /** A field: all values below the path when its key is {@link DecodeConfig#ALL}. */
    private record Wanted(String key, TreePath path) {
        boolean isAll() {
            return key.equals(DecodeConfig.ALL);
        }
    }

    LorawanPlan(DecodeConfig rule, Map<String, String> names, JsonTape tape, FrameCounters counters) {
        this.tape = tape;
        this.counters = counters;
        this.names = names;
        template = rule.series();
        isNumberExpected = rule.expect() == DecodeConfig.Expect.NUMBER;
        wanted = rule.fields().entrySet().stream()
                .map(field -> new Wanted(field.getKey(), TreePath.of(JsonPath.of(field.getValue()))))
                .toList();
        needsLpp = wanted.stream().anyMatch(one -> one.path.toString().matches("\\$\\.lpp([.\\[].*)?"));
    }

    @Override
    public boolean decode(Draft draft) {
        if (!tape.read(draft.bytes(), draft.from(), draft.to(), false)) {
            return draft.refuse(Fault.FORMAT, tape.refusal());
        }
        Tree message = TapeTree.of(tape, 0);
        if (message == null) {
            return draft.refuse(Fault.VALUE, "a number beyond the range of a double");
        }
        return switch (LorawanUplink.of(message)) {
            case LorawanUplink.Outcome.Unread unread -> draft.refuse(Fault.FORMAT, "the uplink " + unread.reason());
            case LorawanUplink.Outcome.Read read -> !read.uplink().isUplink() || uplink(draft, read.uplink());
        };
    }

    private boolean uplink(Draft draft, LorawanUplink uplink) {
        boolean isDated = uplink.measuredNanos() != TimeText.NONE;
        FrameCounters.Frame frame = new FrameCounters.Frame(uplink.session(), uplink.counter(),
                isDated ? uplink.measuredNanos() : draft.receivedNanos(), uplink.payload());
        boolean isCounted = uplink.said().at("counter") != Tree.Absent.MISSING;
        FrameCounters.Place place = isCounted ? counters.place(uplink.device(), frame) : FrameCounters.Place.FIRST;
        if (place == FrameCounters.Place.REPEAT) {
            return true;
        }
        Tree.Members said = said(draft, uplink, frame, place, isCounted);
        if (said == null || !readings(draft, uplink, said)) {
            return false;
        }
        if (isCounted) {
            counters.keep(uplink.device(), frame, place);
        }
        return true;
    }

    private Tree.@Nullable Members said(
            Draft draft, LorawanUplink uplink, FrameCounters.Frame frame, FrameCounters.Place place,
            boolean isCounted) {
        List<Tree.Member> members = new ArrayList<>(uplink.said().members());
        Long missed = isCounted ? counters.missed(uplink.device(), frame) : null;
        if (missed != null) {
            members.add(member("missed", new Value.Int64(missed)));
        }
        if (isCounted && place != FrameCounters.Place.FIRST) {
            members.add(member("reset", new Value.Bool(place == FrameCounters.Place.RESET)));
        }
        if (needsLpp && !uplink.payload().isEmpty()) {
            byte[] bytes = uplink.bytes();
            Tree.Members values = bytes == null ? null : lpp.read(bytes);
            if (values == null) {
                draft.refuse(Fault.FORMAT, bytes == null ? "the uplink's payload is not base64" : lpp.refusal());
                return null;
            }
            members.add(new Tree.Member("lpp", false, values));
        }
        return new Tree.Members(members);
    }

    private static Tree.Member member(String key, Value value) {
        return new Tree.Member(key, false, new Tree.Scalar(value, Tree.Kind.PLAIN));
    }

    private boolean readings(Draft draft, LorawanUplink uplink, Tree.Members said) {
        List<Tree.Member> found = new ArrayList<>();
        for (Wanted next : wanted) {
            Tree node = next.path.find(said, said);
            if (node == Tree.Absent.MISSING) {
                continue;
            }
            if (node instanceof Tree.Absent) {
                return draft.refuse(Fault.VALUE, next.path.refusal(said, said));
            }
            if (next.isAll() ? !leaves(draft, "", node, found, 0) : !single(draft, next, node, found)) {
                return false;
            }
        }
        // An uplink without payload only answers the network; it has nothing to say.
        if (found.isEmpty() && !uplink.payload().isEmpty()) {
            return draft.refuse(Fault.VALUE, "none of the fields: " + wanted.getFirst().path.refusal(said, said)
                    + "; set up the device's codec at the network server, or take $.lpp for Cayenne LPP");
        }
        for (Tree.Member one : found) {
            String series = series(draft, one.key(), said);
            Value value = ((Tree.Scalar) one.value()).value();
            boolean isAdded = series != null && (uplink.measuredNanos() == TimeText.NONE
                    ? draft.addOnArrival(series, value)
                    : draft.add(series, value, uplink.measuredNanos(), TimeOrigin.SOURCE));
            if (!isAdded) {
                return false;
            }
        }
        return true;
    }

    private boolean single(Draft draft, Wanted next, Tree node, List<Tree.Member> found) {
        if (!(node instanceof Tree.Scalar scalar)) {
            return draft.refuse(Fault.VALUE, next.path + " is " + node.name()
                    + ", expected a number, text, true, false or null; the field '*' takes all below it");
        }
        Value value = number(scalar.value());
        if (value == null) {
            return draft.refuse(Fault.VALUE, next.path + " is " + Draft.shown(scalar.value().asText())
                    + ", expected a number");
        }
        found.add(member(next.key, value));
        return true;
    }

    /**
     * All values at and below a node, named by the way to them,
     * but for null and what should be a number and is not.
     */
    private boolean leaves(Draft draft, String way, Tree node, List<Tree.Member> found, int depth) {
        if (depth > NESTED_MAX || found.size() > VALUES_MAX) {
            return draft.refuse(Fault.VALUE,
                    "more than " + VALUES_MAX + " values, or nested deeper than " + NESTED_MAX);
        }
        return switch (node) {
            case Tree.Absent ignored -> true;
            case Tree.Scalar scalar -> {
                Value value = number(scalar.value());
                if (value != null && !(value instanceof Value.None)) {
                    found.add(member(way.isEmpty() ? "value" : way, value));
                }
                yield true;
            }
            case Tree.Items items -> {
                for (int index = 0; index < items.items().size(); index++) {
                    String key = below(way, Integer.toString(index));
                    if (!leaves(draft, key, items.items().get(index), found, depth + 1)) {
                        yield false;
                    }
                }
                yield true;
            }
            case Tree.Members members -> {
                Set<String> keys = new HashSet<>();
                for (Tree.Member member : members.members()) {
                    String key = below(way, member.key());
                    if (!keys.add(key)) {
                        yield draft.refuse(Fault.VALUE, Draft.shown(key) + " is there twice");
                    }
                    if (!leaves(draft, key, member.value(), found, depth + 1)) {
                        yield false;
                    }
                }
                yield true;
            }
        };
    }

    private static String below(String way, String key) {
        return way.isEmpty() ? key : way + "/" + key;
    }

    /** The value, of a text that should be a number that number; null when it is none. */
    private @Nullable Value number(Value value) {
        return isNumberExpected && value instanceof Value.Text text ? NumberText.parse(text.value().strip()) : value;
    }

    private @Nullable String series(Draft draft, String key, Tree.Members said) {
        return SeriesName.of(template, names, key).resolve(path -> {
            TreePath way = TreePath.of(path);
            Tree node = way.find(said, said);
            if (node instanceof Tree.Scalar scalar && !(scalar.value() instanceof Value.None)) {
                return scalar.value().asText();
            }
            draft.refuse(Fault.SERIES, node instanceof Tree.Absent ? way.refusal(said, said)
                    : way + " is " + node.name() + ", expected text or a number for the series' name");
            return null;
        });
    }
}
