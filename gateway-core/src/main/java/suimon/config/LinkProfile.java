package suimon.config;

import java.time.Duration;

/**
 * What kind of link one is, and what that means while nothing else is configured. Round trips are
 * typical ones of operators and published measurements; what counts in the end is what is measured.
 */
public enum LinkProfile {
    /** Fixed line, flat rate. */
    FIBRE(ms(15), false, seconds(10), Duration.ZERO, 256 << 10),
    /** A closed access point of a mobile operator. */
    APN(ms(30), false, seconds(10), Duration.ZERO, 256 << 10),
    LOCAL_5G(ms(30), false, seconds(10), Duration.ZERO, 256 << 10),
    LTE(ms(100), true, seconds(15), minutes(20), 128 << 10),
    /** A platform in the stratosphere that speaks to ordinary mobile devices. */
    HAPS(ms(50), true, seconds(15), minutes(20), 128 << 10),
    /** Moves to another path every 15 s, with bursts of loss. */
    STARLINK(ms(60), true, seconds(30), minutes(20), 128 << 10),
    ONEWEB(ms(100), true, seconds(30), minutes(20), 128 << 10),
    KUIPER(ms(60), true, seconds(30), minutes(20), 128 << 10),
    /** 36,000 km up and down again. */
    GEO(ms(650), true, seconds(60), minutes(20), 32 << 10),
    /** 256 kbit/s at most, stored and forwarded now and then. */
    GLOBALSTAR_256K(ms(5_000), true, seconds(120), minutes(60), 16 << 10),
    /** Messages of 340 bytes up and 270 down, as of Iridium SBD. */
    SHORT_MESSAGE(ms(20_000), true, minutes(10), minutes(1440), 340),
    /** 11 to 242 bytes by the data rate. */
    LORAWAN(ms(5_000), true, minutes(10), minutes(1440), 242);

    private static final Duration HEARTBEAT_METERED = Duration.ofHours(6);

    private final Duration roundTrip;
    private final boolean isMetered;
    private final Duration holdFor;
    private final Duration keepAlive;
    private final int frameBytes;

    /** @param keepAlive zero for none */
    LinkProfile(Duration roundTrip, boolean isMetered, Duration holdFor, Duration keepAlive, int frameBytes) {
        this.roundTrip = roundTrip;
        this.isMetered = isMetered;
        this.holdFor = holdFor;
        this.keepAlive = keepAlive;
        this.frameBytes = frameBytes;
    }

    /** Whether it carries single short messages and no connections. */
    public boolean isOfMessages() {
        return this == SHORT_MESSAGE || this == LORAWAN;
    }

    /** There and back, typically. */
    public Duration roundTrip() {
        return roundTrip;
    }

    /** Whether bytes cost: such a link carries nothing that isn't due. */
    public boolean isMetered() {
        return isMetered;
    }

    /** How long it must work again before what another link carries comes back to it. */
    public Duration holdFor() {
        return holdFor;
    }

    /** A connection without traffic says something at least so often; zero where it need not. */
    public Duration keepAlive() {
        return keepAlive;
    }

    /**
     * The gateway reports at least so often; zero where the uplink's own heartbeat is cheap enough. Where bytes
     * cost, what is due and the keep-alive say that the link lives.
     */
    public Duration heartbeat() {
        return isMetered ? longer(HEARTBEAT_METERED, keepAlive) : Duration.ZERO;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /** The largest frame that leaves the link free for an alarm soon. */
    public int frameBytes() {
        return frameBytes;
    }

    /** A hub that answers within this has answered soon: four round trips and a second. */
    public Duration answerWithin() {
        Duration quick = roundTrip.multipliedBy(4).plusSeconds(1);
        return quick.compareTo(seconds(15)) < 0 ? seconds(15) : quick;
    }

    /** An alarm that nobody has confirmed for so long goes over another link too. */
    public Duration alarmPatience() {
        return roundTrip.multipliedBy(3).plusMillis(500);
    }

    /** A lost link is tried again at least so often: where a try costs nothing, soon after it is back. */
    public Duration callAgainWithin() {
        return isMetered ? seconds(60) : seconds(10);
    }

    private static Duration ms(int count) {
        return Duration.ofMillis(count);
    }

    private static Duration seconds(int count) {
        return Duration.ofSeconds(count);
    }

    private static Duration minutes(int count) {
        return Duration.ofMinutes(count);
    }
}
