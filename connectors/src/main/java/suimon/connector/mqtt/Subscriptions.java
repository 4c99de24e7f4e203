package suimon.connector.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttTopicSubscription;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.vertx.mqtt.messages.MqttUnsubscribeMessage;
import io.vertx.mqtt.messages.codes.MqttSubAckReasonCode;
import io.vertx.mqtt.messages.codes.MqttUnsubAckReasonCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import suimon.pipeline.Outlet;

/**
 * Grants a client's subscriptions, below {@code suimon/} only and with QoS 1 at most: the listener
 * hands nothing from one device to another.
 */
final class Subscriptions {
    private final MqttListener listener;
    private final Connection connection;
    private final MqttEndpoint endpoint;

    Subscriptions(MqttListener listener, Connection connection, MqttEndpoint endpoint) {
        this.listener = listener;
        this.connection = connection;
        this.endpoint = endpoint;
    }

    void subscribe(MqttSubscribeMessage message) {
        List<MqttSubAckReasonCode> codes = new ArrayList<>();
        List<TopicFilter> granted = new ArrayList<>();
        boolean hasIdentifier = message.properties().getProperty(MqttProperties.SUBSCRIPTION_IDENTIFIER) != null;
        for (MqttTopicSubscription wanted : message.topicSubscriptions()) {
            TopicFilter filter = TopicFilter.parse(wanted.topicName());
            MqttSubAckReasonCode code = hasIdentifier
                    ? MqttSubAckReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED
                    : judge(filter, wanted);
            if (filter != null && code.value() >= 0 && code.value() <= 2) {
                connection.session().subscriptions().put(filter, (int) code.value());
                granted.add(filter);
            }
            // MQTT 3.1.1 knows one refusal only.
            codes.add(code.value() >= 0 || connection.isFive() ? code : MqttSubAckReasonCode.UNSPECIFIED_ERROR);
        }
        endpoint.subscribeAcknowledge(message.messageId(), codes, MqttProperties.NO_PROPERTIES);
        if (!granted.isEmpty()) {
            listener.outbox().subscriptionsChanged();
            listener.sessions().keep(connection.session());
            listener.outbox().greet(connection, granted);
        }
    }

    void unsubscribe(MqttUnsubscribeMessage message) {
        List<MqttUnsubAckReasonCode> codes = new ArrayList<>();
        for (String written : message.topics()) {
            TopicFilter filter = TopicFilter.parse(written);
            boolean wasThere = filter != null && connection.session().subscriptions().remove(filter) != null;
            codes.add(wasThere ? MqttUnsubAckReasonCode.SUCCESS : MqttUnsubAckReasonCode.NO_SUBSCRIPTION_EXISTED);
        }
        if (connection.isFive()) {
            endpoint.unsubscribeAcknowledge(message.messageId(), codes, MqttProperties.NO_PROPERTIES);
        } else {
            endpoint.unsubscribeAcknowledge(message.messageId());
        }
        listener.outbox().subscriptionsChanged();
        listener.sessions().keep(connection.session());
    }

    private MqttSubAckReasonCode judge(
            @Nullable TopicFilter filter, MqttTopicSubscription wanted) {
        if (wanted.topicName().startsWith("$share/")) {
            return MqttSubAckReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
        }
        if (filter == null) {
            return MqttSubAckReasonCode.TOPIC_FILTER_INVALID;
        }
        if (!filter.written().startsWith(Outlet.PREFIX) || !connection.permits().maySubscribe(filter)) {
            return MqttSubAckReasonCode.NOT_AUTHORIZED;
        }
        Session session = connection.session();
        boolean isNew = !session.subscriptions().containsKey(filter);
        if (isNew && session.subscriptions().size() >= Session.SUBSCRIPTIONS_MAX) {
            return MqttSubAckReasonCode.QUOTA_EXCEEDED;
        }
        return wanted.qualityOfService().value() == 0
                ? MqttSubAckReasonCode.GRANTED_QOS0
                : MqttSubAckReasonCode.GRANTED_QOS1;
    }
}
