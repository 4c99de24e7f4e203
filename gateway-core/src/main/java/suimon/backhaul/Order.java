package suimon.backhaul;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What somebody at the hub wants of a gateway. It comes in the hub's answers until the gateway's
 * audit says what became of it.
 *
 * @param book the numbering it belongs to; a hub that was put back begins a higher one
 * @param number rises within a book, from 1
 * @param kind such as acknowledge; one that the gateway doesn't know is refused
 * @param parameters by name; what is needed the kind says
 * @param expires from then on it is not carried out
 * @param by who gave it at the hub
 */
public record Order(
        long book, long number, String kind, Map<String, String> parameters, Instant issued, Instant expires,
        String by) implements Comparable<Order> {
    /** The audit of an order's outcome has this and the kind as its action, and {@link #id} as its target. */
    public static final String AUDIT = "command ";
    /** How the outcome of one that was not carried out begins. */
    public static final String REFUSED = "refused: ";
    /** How the outcome of one begins whose number the gateway has had: the hub was put back. */
    public static final String STALE = REFUSED + "the number was used: ";
    public static final int PARAMETERS_MAX = 8;
    public static final int TEXT_MAX = 1000;

    public Order {
        parameters = Collections.unmodifiableMap(new TreeMap<>(parameters));
    }

    /** Names it at both ends; in order of book and number as text too. */
    public String id() {
        return "%013d-%06d".formatted(book, number);
    }

    @Override
    public int compareTo(Order other) {
        int byBook = Long.compare(book, other.book);
        return byBook != 0 ? byBook : Long.compare(number, other.number);
    }

    /** As one protobuf message, {@code Order} of the .proto. */
    public byte[] toBytes() {
        WireWriter out = new WireWriter().unsigned(1, book).unsigned(2, number).text(3, kind);
        parameters.forEach((name, value) -> out.message(4, nested -> nested.text(1, name).text(2, value)));
        return out.unsigned(5, issued.getEpochSecond()).unsigned(6, expires.getEpochSecond()).text(7, by).toBytes();
    }

    public static Order of(byte[] bytes) throws Malformed {
        return read(new WireReader(bytes));
    }

    static Order read(WireReader in) throws Malformed {
        long book = 0;
        long number = 0;
        String kind = "";
        Map<String, String> parameters = new TreeMap<>();
        long issued = 0;
        long expires = 0;
        String by = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> book = in.unsigned();
                case 2 -> number = in.unsigned();
                case 3 -> kind = in.text();
                case 4 -> readParameter(in.message(), parameters);
                case 5 -> issued = in.unsigned();
                case 6 -> expires = in.unsigned();
                case 7 -> by = in.text();
                default -> in.skip();
            }
        }
        if (book < 1 || number < 1 || parameters.size() > PARAMETERS_MAX) {
            throw new Malformed("an order " + book + "/" + number + " with " + parameters.size() + " parameters");
        }
        return new Order(book, number, kind, parameters, at(issued), at(expires), by);
    }

    private static Instant at(long seconds) throws Malformed {
        if (seconds < 0 || seconds > Instant.MAX.getEpochSecond()) {
            throw new Malformed("an order of second " + seconds);
        }
        return Instant.ofEpochSecond(seconds);
    }

    private static void readParameter(WireReader in, Map<String, String> parameters) throws Malformed {
        String name = "";
        String value = "";
        for (int field = in.next(); field != 0; field = in.next()) {
            switch (field) {
                case 1 -> name = in.text();
                case 2 -> value = in.text();
                default -> in.skip();
            }
        }
        parameters.put(name, value);
    }

    byte[] digest() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(toBytes());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
