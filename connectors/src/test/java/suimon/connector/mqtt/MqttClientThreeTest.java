package suimon.connector.mqtt;

class MqttClientThreeTest extends MqttClientContract {
    MqttClientThreeTest() {
        super("3.1.1");
    }
}
