package suimon.connector.mqtt;

class MqttClientFiveTest extends MqttClientContract {
    MqttClientFiveTest() {
        super("5");
    }
}
