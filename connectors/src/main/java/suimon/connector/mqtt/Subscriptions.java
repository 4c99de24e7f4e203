package suimon.connector.mqtt;

import io.netty.handler.codec.mqtt.MqttProperties;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttTopicSubscription;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.vertx.mqtt.messages.MqttUnsubscribeMessage;
import io.vertx.mqtt.messages.codes.MqttDisconnectReasonCode;
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
        List<Subscription> greeted = new ArrayList<>();
        boolean isAny = false;
        Long given = Admission.number(message.properties(), MqttProperties.SUBSCRIPTION_IDENTIFIER);
        int identifier = given == null ? 0 : given.intValue();
        if (given != null && identifier == 0 || message.topicSubscriptions().stream().anyMatch(this::isNonsense)) {
            connection.end(MqttDisconnectReasonCode.PROTOCOL_ERROR,
                    "subscription identifier 0, or a shared subscription with no local");
            return;
        }
        for (MqttTopicSubscription wanted : message.topicSubscriptions()) {
            Subscription subscription = Subscription.of(wanted.topicName(),
                    Math.min(1, wanted.qualityOfService().value()), identifier,
                    wanted.subscriptionOption().isRetainAsPublished());
            MqttSubAckReasonCode code = judge(subscription);
            if (subscription != null && code.value() >= 0 && code.value() <= 2) {
                boolean isNew = connection.session().subscriptions().put(subscription.written(), subscription) == null;
                isAny = true;
                if (!subscription.isShared() && isGreeted(wanted, isNew)) {
                    greeted.add(subscription);
                }
            }
            // MQTT 3.1.1 knows one refusal only.
            codes.add(code.value() >= 0 || connection.isFive() ? code : MqttSubAckReasonCode.UNSPECIFIED_ERROR);
        }
        endpoint.subscribeAcknowledge(message.messageId(), codes, MqttProperties.NO_PROPERTIES);
        if (isAny) {
            listener.outbox().subscriptionsChanged();
            listener.sessions().keep(connection.session());
            listener.outbox().greet(connection, greeted);
            listener.tellStanding(connection, greeted, true);
        }
    }

    void unsubscribe(MqttUnsubscribeMessage message) {
        List<MqttUnsubAckReasonCode> codes = new ArrayList<>();
        for (String written : message.topics()) {
            boolean wasThere = connection.session().subscriptions().remove(written) != null;
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

    /** MQTT 5, 3.8.3.1: a shared subscription has no local. */
    private boolean isNonsense(MqttTopicSubscription wanted) {
        return connection.isFive() && wanted.topicName().startsWith("$share/")
                && wanted.subscriptionOption().isNoLocal();
    }

    /** Whether what is retained is sent now (MQTT 5, 3.8.3.1, retain handling). */
    private static boolean isGreeted(MqttTopicSubscription wanted, boolean isNew) {
        return switch (wanted.subscriptionOption().retainHandling()) {
            case SEND_AT_SUBSCRIBE -> true;
            case SEND_AT_SUBSCRIBE_IF_NOT_YET_EXISTS -> isNew;
            case DONT_SEND_AT_SUBSCRIBE -> false;
        };
    }

    private MqttSubAckReasonCode judge(@Nullable Subscription wanted) {
        if (wanted == null) {
            return MqttSubAckReasonCode.TOPIC_FILTER_INVALID;
        }
        TopicFilter filter = wanted.filter();
        if (!filter.written().startsWith(Outlet.PREFIX) || !connection.permits().maySubscribe(filter)) {
            return MqttSubAckReasonCode.NOT_AUTHORIZED;
        }
        Session session = connection.session();
        boolean isNew = !session.subscriptions().containsKey(wanted.written());
        if (isNew && session.subscriptions().size() >= Session.SUBSCRIPTIONS_MAX) {
            return MqttSubAckReasonCode.QUOTA_EXCEEDED;
        }
        return wanted.qos() == 0
                ? MqttSubAckReasonCode.GRANTED_QOS0
                : MqttSubAckReasonCode.GRANTED_QOS1;
    }
}
