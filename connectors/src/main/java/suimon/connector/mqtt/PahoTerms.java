package suimon.connector.mqtt;

import java.io.IOException;
import java.time.Duration;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.jspecify.annotations.Nullable;
import suimon.config.Secret;
import suimon.connector.tls.PemFiles;
import suimon.connector.tls.TlsFiles;

/** What every connection with MQTT 3.1.1 through Paho has in common: login, TLS, failures in words. */
public final class PahoTerms {
    private PahoTerms() {}

    /**
     * Options of a connection that never comes back by itself; the rest is the caller's.
     *
     * @throws IOException naming the file of the password or of TLS that can't be read
     */
    public static MqttConnectOptions options(
            Duration keepAlive, @Nullable String user, @Nullable Secret password, @Nullable TlsFiles tls)
            throws IOException {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setAutomaticReconnect(false);
        options.setKeepAliveInterval((int) keepAlive.toSeconds());
        if (user != null) {
            options.setUserName(user);
        }
        if (password != null) {
            options.setPassword(password.read().toCharArray());
        }
        if (tls != null) {
            options.setSocketFactory(PemFiles.sockets(tls));
        }
        return options;
    }

    /** The failure as sources report it. */
    public static IOException failure(MqttException e) {
        return new IOException(reason(e), e);
    }

    /** Why a connection was lost. */
    public static String reason(@Nullable Throwable cause) {
        return cause instanceof MqttException paho ? reason(paho) : String.valueOf(cause);
    }

    private static String reason(MqttException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
