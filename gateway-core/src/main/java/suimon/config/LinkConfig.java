package suimon.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One way out of the site: a line, a SIM, a satellite terminal. Uplinks share it. */
@Describe("One way out of the site")
public record LinkConfig(
        @Describe("Unique") String name,
        @Describe("What kind of link; sets what is left out here") LinkProfile profile,
        @Describe("The network interface, such as wwan0; left out, the system's routes decide") @Nullable String device,
        @Describe("The source address, where no interface is named") @Nullable String address,
        @Describe("What it costs; left out, nothing") @Nullable Cost cost,
        @Describe("What may be sent and received in a month, alarms apart; left out, no limit") @Nullable DataSize cap,
        @Describe("The day of the month on which the count begins anew") @Default("1") @Within(min = "1", max = "28")
                int monthStart,
        @Describe("When it may be used, such as 22:00-06:00 in the site's time zone; alarms always. None: at all times")
                List<String> hours,
        @Describe("The hub answers within this, or the link counts as lost; left out, by profile")
                @Nullable Duration answerWithin,
        @Describe("How long it must work again before data comes back to it; left out, by profile")
                @Nullable Duration holdFor,
        @Describe("The largest frame; left out, by profile") @Nullable DataSize frame)
        implements Named {
    public LinkConfig {
        hours = List.copyOf(hours);
        hours.forEach(DayHours::parse);
        if (device != null && address != null) {
            throw new IllegalArgumentException("device and address; name one of them");
        }
    }

    /** Of all that goes over the link, both ways, headers included. */
    public record Cost(
            @Describe("For one unit") double price,
            @Describe("The unit of the bill, such as 1MB, 100KB or 50B; what is begun counts whole")
                    @Default("1MB") @Within(min = "1B", max = "1GB")
                    DataSize unit,
            @Describe("The currency") @Default("JPY") String currency) {
        public Cost {
            if (!(price >= 0)) {
                throw new IllegalArgumentException("price " + price + ", expected 0 or more");
            }
        }
    }

    /** As configured, or what the profile says. */
    public Duration answersWithin() {
        return answerWithin == null ? profile.answerWithin() : answerWithin;
    }

    /** As configured, or what the profile says. */
    public Duration holdsFor() {
        return holdFor == null ? profile.holdFor() : holdFor;
    }

    /** As configured, or what the profile says. */
    public long frameBytes() {
        return frame == null ? profile.frameBytes() : frame.bytes();
    }
}
