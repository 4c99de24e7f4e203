package suimon.connector.sparkplug;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.eclipse.tahu.host.HostApplication;
import org.eclipse.tahu.host.api.MultiHostApplicationEventHandler;
import org.eclipse.tahu.message.SparkplugBPayloadDecoder;
import org.eclipse.tahu.message.model.DeviceDescriptor;
import org.eclipse.tahu.message.model.EdgeNodeDescriptor;
import org.eclipse.tahu.message.model.Message;
import org.eclipse.tahu.message.model.Metric;
import org.eclipse.tahu.message.model.SparkplugDescriptor;
import org.eclipse.tahu.model.MqttServerDefinition;
import org.eclipse.tahu.mqtt.MqttClientId;
import org.eclipse.tahu.mqtt.MqttServerName;
import org.eclipse.tahu.mqtt.MqttServerUrl;

/** Eclipse Tahu's host application, which writes down what it makes of what it hears. */
final class TahuHost implements AutoCloseable {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final HostApplication host;

    TahuHost(int port, String id) throws Exception {
        MqttServerName server = new MqttServerName("broker");
        host = new HostApplication(new Handler(), id, List.of("spBv1.0/#"),
                List.of(new MqttServerDefinition(server, new MqttClientId("tahu-" + id, false),
                        new MqttServerUrl("tcp://127.0.0.1:" + port), null, null, 30, null)),
                null, new SparkplugBPayloadDecoder(), true);
        host.start(true);
    }

    List<String> heard() {
        return List.copyOf(heard);
    }

    void await(Predicate<List<String>> condition) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.test(heard)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Tahu heard " + heard);
            }
            LockSupport.parkNanos(10_000_000);
        }
    }

    @Override
    public void close() {
        host.shutdown();
    }

    private final class Handler implements MultiHostApplicationEventHandler {
        @Override
        public void onConnect(MqttServerName server) {}

        @Override
        public void onDisconnect(MqttServerName server) {}

        @Override
        public void onMessage(MqttServerName server, SparkplugDescriptor node, Message message) {}

        @Override
        public void onNodeBirthArrived(MqttServerName server, EdgeNodeDescriptor node, Message message) {}

        @Override
        public void onNodeBirthComplete(MqttServerName server, EdgeNodeDescriptor node) {
            heard.add("NBIRTH " + node);
        }

        @Override
        public void onNodeDataArrived(MqttServerName server, EdgeNodeDescriptor node, Message message) {}

        @Override
        public void onNodeDataComplete(MqttServerName server, EdgeNodeDescriptor node) {}

        @Override
        public void onNodeDeath(MqttServerName server, EdgeNodeDescriptor node, Message message) {}

        @Override
        public void onNodeDeathComplete(MqttServerName server, EdgeNodeDescriptor node) {
            heard.add("NDEATH " + node);
        }

        @Override
        public void onDeviceBirthArrived(MqttServerName server, DeviceDescriptor device, Message message) {}

        @Override
        public void onDeviceBirthComplete(MqttServerName server, DeviceDescriptor device) {
            heard.add("DBIRTH " + device);
        }

        @Override
        public void onDeviceDataArrived(MqttServerName server, DeviceDescriptor device, Message message) {}

        @Override
        public void onDeviceDataComplete(MqttServerName server, DeviceDescriptor device) {}

        @Override
        public void onDeviceDeath(MqttServerName server, DeviceDescriptor device, Message message) {}

        @Override
        public void onDeviceDeathComplete(MqttServerName server, DeviceDescriptor device) {}

        @Override
        public void onBirthMetric(MqttServerName server, SparkplugDescriptor from, Metric metric) {
            heard.add("birth " + from + " " + metric.getName() + "=" + metric.getValue() + propertiesOf(metric));
        }

        @Override
        public void onDataMetric(MqttServerName server, SparkplugDescriptor from, Metric metric) {
            heard.add("data " + from + " " + metric.getName() + "=" + metric.getValue()
                    + (Boolean.TRUE.equals(metric.isHistorical()) ? " historical" : "") + propertiesOf(metric));
        }

        @Override
        public void onStale(MqttServerName server, SparkplugDescriptor from, Metric metric) {
            heard.add("stale " + from + " " + metric.getName());
        }

        private static String propertiesOf(Metric metric) {
            if (metric.getProperties() == null) {
                return "";
            }
            StringBuilder text = new StringBuilder();
            metric.getProperties().getPropertyMap().forEach(
                    (key, value) -> text.append(' ').append(key).append('=').append(value.getValue()));
            return text.toString();
        }
    }
}
