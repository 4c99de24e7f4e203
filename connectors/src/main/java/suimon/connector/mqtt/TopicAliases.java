package suimon.connector.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The topic aliases of one connection (MQTT 5, 3.3.2.3.4). Used on the event loop only. */
final class TopicAliases {
    /** Topic aliases a client may set. */
    static final int TOPIC_ALIASES_MAX = 64;

    private final Connection connection;
    private final Map<Integer, String> topics = new HashMap<>();

    TopicAliases(Connection connection) {
        this.connection = connection;
    }

    /** The topic behind a message's alias, or its own; null after closing for a wrong one. */
    @Nullable String resolved(MqttPublishMessage message) {
        String topic = message.topicName();
        boolean hasAlias = message.properties().getProperty(MqttProperties.TOPIC_ALIAS) instanceof IntegerProperty;
        if (!hasAlias && !topic.isEmpty()) {
            return topic;
        }
        Long alias = Admission.number(message.properties(), MqttProperties.TOPIC_ALIAS);
        if (alias == null) {
            connection.end(MqttDisconnectReasonCode.PROTOCOL_ERROR, "a message with neither topic nor topic alias");
            return null;
        }
        if (alias < 1 || alias > TOPIC_ALIASES_MAX) {
            connection.end(MqttDisconnectReasonCode.TOPIC_ALIAS_INVALID,
                    "topic alias " + alias + ", expected 1 to " + TOPIC_ALIASES_MAX);
            return null;
        }
        if (!topic.isEmpty()) {
            topics.put(alias.intValue(), topic);
            return topic;
        }
        String known = topics.get(alias.intValue());
        if (known == null) {
            connection.end(MqttDisconnectReasonCode.PROTOCOL_ERROR, "topic alias " + alias + " was never set");
        }
        return known;
    }
}
