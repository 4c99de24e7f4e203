package suimon.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import suimon.config.DecodeConfig;
import suimon.config.DecodeConfig.Expect;
import suimon.config.DecodeConfig.Format;
import suimon.config.DecodeConfig.TimeFormat;
import suimon.pipeline.Decoder.Outcome;
import suimon.reading.TimeOrigin;
import suimon.reading.Value;

/**
 * Messages are the examples of the servers' documentation, without what nothing here reads:
 * chirpstack-docs, integrations/events.md; lorawan-stack-docs, concepts/data-formats. Payloads are
 * those of myDevices' documentation of Cayenne LPP.
 */
class LorawanPlanTest {
    private static final long RECEIVED = 1_795_392_000_000_000_000L;

    private static final String CHIRPSTACK_UPLINK = """
            {"deduplicationId":"3ac7e3c4-4401-4b8d-9386-a5c902f9202d","time":"2022-07-18T09:34:15.775023242+00:00",
             "deviceInfo":{"deviceName":"Test device","devEui":"0101010101010101","tags":{"key":"value"}},
             "devAddr":"00189440","dr":1,"fPort":1,"data":"qg==",
             "rxInfo":[{"gatewayId":"0016c001f153a14c","uplinkId":4217106255,"rssi":-36,"snr":10.5,
               "context":"E3OWOQ==","metadata":{"region_name":"eu868"}}],
             "txInfo":{"frequency":867100000,"modulation":{"lora":{"bandwidth":125000,"spreadingFactor":11}}}}""";
    private static final String CHIRPSTACK_STATUS = """
            {"deduplicationId":"bf2a9746-1c8b-49be-a92e-f0b89c8534e4","time":"2022-07-18T09:35:06.927172638+00:00",
             "deviceInfo":{"deviceName":"Test device","devEui":"0101010101010101"},
             "margin":10,"batteryLevel":88.3}""";
    private static final String CHIRPSTACK_JOIN = """
            {"deduplicationId":"c9dbe358-2578-4fb7-b295-66b44edc45a6","time":"2022-07-18T09:33:28.823500726+00:00",
             "deviceInfo":{"deviceName":"Test device","devEui":"0101010101010101"},"devAddr":"00189440"}""";
    private static final String THINGS_UPLINK = """
            {"end_device_ids":{"device_id":"dev1","dev_eui":"0004A30B001C0530","dev_addr":"00BCB929"},
             "received_at":"2020-02-12T15:15:46.014773143Z",
             "uplink_message":{"session_key_id":"AXA50tHUGUucuzS/bCGMNw==","f_cnt":1,"frm_payload":"gkHe",
              "decoded_payload":{"temperature":1.0,"luminosity":0.64},
              "rx_metadata":[{"gateway_ids":{"gateway_id":"gtw1","eui":"9C5C8E00001A05C4"},
                "time":"2020-02-12T15:15:45.787Z","rssi":-35,"snr":5}],
              "settings":{"data_rate":{"lora":{"bandwidth":125000,"spreading_factor":7}}},
              "received_at":"2020-02-12T15:15:45.789585559Z"}}""";
    private static final String THINGS_JOIN = """
            {"end_device_ids":{"device_id":"dev1","dev_eui":"0004A30B001C0530","dev_addr":"01497ECC"},
             "received_at":"2020-02-17T07:49:09.935284891Z",
             "join_accept":{"received_at":"2020-02-17T07:49:09.736532315Z"}}""";

    private Decoder decoder = decoder(Map.of());
    private final List<String> readings = new ArrayList<>();

    @Test
    void theDecodedValuesOfTheThingsStackAreDatedByTheGateway() {
        assertThat(decode(THINGS_UPLINK)).isEqualTo(new Outcome.Decoded(2));

        String when = " 2020-02-12T15:15:45.787Z SOURCE";
        assertThat(readings).containsExactly("0004a30b001c0530/temperature 1.0" + when,
                "0004a30b001c0530/luminosity 0.64" + when);
    }

    @Test
    void whatTheRadioSaysIsASeriesWhereARuleAsksForIt() {
        decoder = decoder(new java.util.TreeMap<>(Map.of("rssi", "$.rssi", "snr", "$.snr", "sf", "$.spreadingFactor",
                "port", "$.port", "counter", "$.counter", "gateway", "$.gateway", "battery", "$.battery")));

        assertThat(decode(CHIRPSTACK_UPLINK)).isEqualTo(new Outcome.Decoded(6));
        assertThat(decode(THINGS_UPLINK)).isEqualTo(new Outcome.Decoded(6));

        assertThat(readings).extracting(reading -> reading.replaceAll(" 20.*", "")).containsExactly(
                "0101010101010101/counter 0", "0101010101010101/gateway 0016c001f153a14c",
                "0101010101010101/port 1", "0101010101010101/rssi -36", "0101010101010101/sf 11",
                "0101010101010101/snr 10.5",
                "0004a30b001c0530/counter 1", "0004a30b001c0530/gateway gtw1", "0004a30b001c0530/port 0",
                "0004a30b001c0530/rssi -35", "0004a30b001c0530/sf 7", "0004a30b001c0530/snr 5");
    }

    @Test
    void aStatusOfChirpStackCarriesTheBattery() {
        decoder = decoder(Map.of("battery", "$.battery"));

        decode(CHIRPSTACK_STATUS);

        assertThat(readings).containsExactly("0101010101010101/battery 88.3 2022-07-18T09:35:06.927172638Z SOURCE");
    }

    @Test
    void joinsAreTakenAndMakeNoReading() {
        assertThat(decode(CHIRPSTACK_JOIN)).isEqualTo(new Outcome.Decoded(0));
        assertThat(decode(THINGS_JOIN)).isEqualTo(new Outcome.Decoded(0));
    }

    @Test
    void anUplinkThatNobodyDecodedIsRefusedWithWhatToDo() {
        assertThat(reason(CHIRPSTACK_UPLINK)).isEqualTo("none of the fields: no $.object in the payload"
                + " (found keys: name, port, counter, gateway, gateways, rssi, snr, spreadingFactor, ...);"
                + " set up the device's codec at the network server, or take $.lpp for Cayenne LPP");
    }

    @Test
    void theGatewaysClockCountsUnlessItIsWrong() {
        String two = chirpStack(1, "qg==", "{\"t\":1}", "2026-11-23T00:00:10.2Z").replace("\"rxInfo\":[",
                "\"rxInfo\":[{\"gwTime\":\"1970-01-01T00:00:09Z\",\"nsTime\":\"2026-11-23T00:00:10.1Z\",\"rssi\":-3},"
                        + "{\"gwTime\":\"2026-11-23T00:00:09.9Z\",\"nsTime\":\"2026-11-23T00:00:10.0Z\",\"rssi\":-90},");

        decode(two);
        decode(chirpStack(2, "qg==", "{\"t\":2}", "2026-11-23T00:01:10Z").replace("\"rxInfo\":[",
                "\"rxInfo\":[{\"gwTime\":\"2036-02-07T06:28:16Z\",\"rssi\":-3},"));

        assertThat(readings).containsExactly("00000000000000a1/t 1 2026-11-23T00:00:09.900Z SOURCE",
                "00000000000000a1/t 2 2026-11-23T00:01:10Z SOURCE");
    }

    @Test
    void aFrameThatComesAgainMakesNoReading() {
        decode(chirpStack(7, "qg==", "{\"t\":1}", "2026-11-23T00:00:00Z"));

        Outcome again = decode(chirpStack(7, "qg==", "{\"t\":1}", "2026-11-23T00:00:03Z"));

        assertThat(again).isEqualTo(new Outcome.Decoded(0));
        assertThat(readings).hasSize(1);
    }

    @Test
    void lostFramesAreCountedAndACounterThatBeganAnewIsTold() {
        decoder = decoder(new java.util.TreeMap<>(
                Map.of("missed", "$.missed", "reset", "$.reset", "n", "$.counter")));

        decode(chirpStack(7, "", "{}", "2026-11-23T00:00:00Z"));
        decode(chirpStack(10, "", "{}", "2026-11-23T00:10:00Z"));
        decode(chirpStack(9, "", "{}", "2026-11-23T00:09:00Z"));
        decode(chirpStack(11, "", "{}", "2026-11-23T00:20:00Z"));
        decode(chirpStack(0, "", "{}", "2026-11-23T00:30:00Z"));
        decode(chirpStack(1, "", "{}", "2026-11-23T00:40:00Z").replace("00189440", "00189441"));

        assertThat(readings).extracting(reading -> reading.replaceAll("^[^/]*/| 2026-.*", "")).containsExactly(
                "n 7", "missed 2", "n 10", "reset false", "n 9", "reset false", "missed 0", "n 11", "reset false",
                "n 0", "reset true", "n 1", "reset true");
    }

    @Test
    void aRefusedUplinkDecidesNothingAboutItsCounter() {
        assertThat(reason(chirpStack(7, "qg==", "{\"t\":{\"t\":1},\"t\":2}", "2026-11-23T00:00:00Z")))
                .isEqualTo("'t' is there twice");

        assertThat(decode(chirpStack(7, "qg==", "{\"t\":1}", "2026-11-23T00:00:01Z")))
                .isEqualTo(new Outcome.Decoded(1));
    }

    @Test
    void everyValueBelowIsTakenAndTextThatIsNoNumberIsLeftOut() {
        decoder = Decoder.of(List.of(new DecodeConfig("t", Format.LORAWAN, "{field}", null, Map.of(), null, null,
                TimeFormat.AUTO, null, Expect.NUMBER, ",")));

        decode(chirpStack(7, "qg==", """
                {"BatV":3.301,"temp_SOIL":"13.25","Mod":"A","deep":{"list":[1,null,true]}}""", "2026-11-23T00:00:00Z"));

        assertThat(readings).extracting(reading -> reading.replaceAll(" 20.*", "")).containsExactly(
                "BatV 3.301", "temp_SOIL 13.25", "deep/list/0 1", "deep/list/2 true");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "03670110056700FF|temperature_3 27.2,temperature_5 25.5",
        "0167FFD7067104D2FB2E0000|temperature_1 -4.1,accelerometer_6/x 1.234,accelerometer_6/y -1.234,"
                + "accelerometer_6/z 0.000",
        "018806765ff2960a0003e8|gps_1/latitude 42.3519,gps_1/longitude -87.9094,gps_1/altitude 10.00",
        "0000010101FF0202FFFE03030064|digital_in_0 1,digital_out_1 255,analog_in_2 -0.02,analog_out_3 1.00",
        "016500ff02660103687304732774|luminosity_1 255,presence_2 1,relative_humidity_3 57.5,"
                + "barometric_pressure_4 1010.0",
        "05860001fffe0003067401f4077503e8|gyrometer_5/x 0.01,gyrometer_5/y -0.02,gyrometer_5/z 0.03,"
                + "voltage_6 5.00,current_7 1.000",
        "0164ffffffff0276000f4240037864047900c8057d01900680000a|generic_1 4294967295,frequency_2 1000000,"
                + "percentage_3 100,altitude_4 200,concentration_5 400,power_6 10",
        "0182000003e80283000003e80384005a04855f5e100005870102030a8e01|distance_1 1.000,energy_2 1.000,"
                + "direction_3 90,unixtime_4 1600000000,colour_5/r 1,colour_5/g 2,colour_5/b 3,switch_10 1"
    })
    void everyTypeOfCayenneLpp(String payloadAndValues) {
        String[] parts = payloadAndValues.split("\\|");
        decoder = decoder(Map.of("*", "$.lpp"));

        decode(chirpStack(7, base64(parts[0]), "{}", "2026-11-23T00:00:00Z"));

        assertThat(readings).extracting(reading -> reading.replaceAll("^[^/]*/| 2026-.*", ""))
                .containsExactly(parts[1].split(","));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "036701|Cayenne LPP ends at byte 3 within temperature of channel 3, expected 2 bytes from byte 2",
        "03|Cayenne LPP ends at byte 1 behind a channel, expected a type",
        "030A00|Cayenne LPP has the unknown type 10 at byte 1; is the payload Cayenne LPP on this port?",
        "0300010300FF|Cayenne LPP has digital_in of channel 3 twice"
    })
    void aPayloadThatIsNotCayenneLppIsRefusedWithItsPlace(String payloadAndReason) {
        String[] parts = payloadAndReason.split("\\|");
        decoder = decoder(Map.of("*", "$.lpp"));

        assertThat(reason(chirpStack(7, base64(parts[0]), "{}", "2026-11-23T00:00:00Z"))).isEqualTo(parts[1]);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "[]|the uplink is an array, expected an object",
        "{}|the uplink has neither deviceInfo (ChirpStack 4) nor end_device_ids (The Things Stack 3)",
        "{\"devEUI\":\"AQ==\"}|the uplink is of ChirpStack 3 or The Things Network 2, expected ChirpStack 4 or"
                + " The Things Stack 3",
        "{\"deviceInfo\":{\"devEui\":\"01\"},\"data\":\"\"}|the uplink has the device EUI '01', expected 16"
                + " hexadecimal digits",
        "{\"deviceInfo\":{\"devEui\":\"00000000000000a1\"},\"fCnt\":-1,\"data\":\"\"}|the uplink has the frame"
                + " counter '-1', expected 0 to 4294967295",
        "{\"deviceInfo\":{\"devEui\":\"00000000000000a1\"},\"object\":{\"a\":1},\"data\":\"\"}|decoded",
        "{\"deviceInfo\"|not JSON at byte 13"
    })
    void aMessageThatIsNoUplinkIsRefusedWithItsReason(String messageAndReason) {
        String[] parts = messageAndReason.split("\\|");

        assertThat(reason(parts[0])).isEqualTo(parts[1]);
    }

    @Test
    void aRuleThatNamesAValueOrForgetsTheFieldIsRefused() {
        assertThatThrownBy(() -> DecodeConfig.of("t", Format.LORAWAN, "{field}", "$.v"))
                .hasMessage("format lorawan takes fields, and no value or time");
        assertThatThrownBy(() -> DecodeConfig.of("t", Format.LORAWAN, "{$.device}", null))
                .hasMessage("series '{$.device}' needs {field}, or all fields are one");
    }

    private static Decoder decoder(Map<String, String> fields) {
        return Decoder.of(List.of(new DecodeConfig("t", Format.LORAWAN, "{$.device}/{field}", null, fields, null,
                null, TimeFormat.AUTO, null, Expect.ANY, ",")));
    }

    private static String chirpStack(int counter, String payload, String object, String time) {
        return "{\"time\":\"" + time + "\",\"deviceInfo\":{\"devEui\":\"00000000000000A1\"},\"devAddr\":\"00189440\","
                + (counter == 0 ? "" : "\"fCnt\":" + counter + ",") + "\"fPort\":2,\"data\":\"" + payload
                + "\",\"object\":" + object + ",\"rxInfo\":[{\"rssi\":-36,\"snr\":1}]}";
    }

    private static String base64(String hexadecimal) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hexadecimal));
    }

    private Outcome decode(String message) {
        return decoder.decode("t", message.getBytes(StandardCharsets.UTF_8), RECEIVED, this::take);
    }

    private String reason(String message) {
        return decode(message) instanceof Outcome.Rejected rejected ? rejected.reason() : "decoded";
    }

    private void take(SeriesLabel series, Value value, long measured, TimeOrigin origin) {
        readings.add(series + " " + value.asText() + " " + Instant.ofEpochSecond(0, measured) + " " + origin);
    }
}
