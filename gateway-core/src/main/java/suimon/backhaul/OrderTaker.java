package suimon.backhaul;

import java.util.List;

/** Takes what a hub's answer asks for; on the uplink's thread, so it must not block. */
@FunctionalInterface
public interface OrderTaker {
    /** Of a gateway that carries nothing out. */
    OrderTaker NONE = (uplink, orders) -> {};

    /** Orders may come again any number of times, in any order. */
    void take(String uplink, List<Order> orders);
}
