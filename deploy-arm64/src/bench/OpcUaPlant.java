import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.milo.opcua.stack.core.NodeIds;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.DateTime;
import org.eclipse.milo.opcua.stack.core.types.builtin.StatusCode;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import suimon.connector.simulator.Historian;
import suimon.connector.simulator.HistorianServer;

/**
 * Milo's server with NODES doubles without history. Once a client is subscribed each of them has a new
 * value every PERIOD milliseconds for SECONDS; prints how many it gave out, then stays until killed.
 * {@code java -cp CLASSPATH deploy-arm64/src/bench/OpcUaPlant.java PORT NODES PERIOD SECONDS}; see opcua.
 */
final class OpcUaPlant {
    public static void main(String[] arguments) {
        int port = Integer.parseInt(arguments[0]);
        int nodes = Integer.parseInt(arguments[1]);
        long periodNanos = Long.parseLong(arguments[2]) * 1_000_000;
        long rounds = Long.parseLong(arguments[3]) * 1_000_000_000 / periodNanos;
        HistorianServer server =
                new HistorianServer(HistorianServer.Setup.open(port, HistorianServer.Keys.make()), new Historian());
        String[] names = new String[nodes];
        for (int node = 0; node < nodes; node++) {
            names[node] = "n" + node;
            server.add(names[node], NodeIds.Double, false);
        }
        System.out.println("ready");
        while (!server.isWatched()) {
            LockSupport.parkNanos(100_000_000);
        }
        LockSupport.parkNanos(3_000_000_000L);
        System.out.println("begin");
        long due = System.nanoTime();
        long worstNanos = 0;
        for (long round = 1; round <= rounds; round++) {
            Instant now = Instant.now();
            DateTime time = new DateTime(now);
            for (int node = 0; node < nodes; node++) {
                double value = Math.rint((20 + Math.sin((round + node) * 0.01)) * 1000) / 1000;
                server.publish(names[node], new DataValue(new Variant(value), StatusCode.GOOD, time, time));
            }
            due += periodNanos;
            long left = due - System.nanoTime();
            worstNanos = Math.max(worstNanos, -left);
            if (left > 0) {
                LockSupport.parkNanos(left);
            }
        }
        System.out.println("published " + rounds * nodes + " at most " + worstNanos / 1_000_000 + " ms late");
        LockSupport.park();
    }
}
