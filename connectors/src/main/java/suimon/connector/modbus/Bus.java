package suimon.connector.modbus;

import com.digitalpetri.modbus.client.ModbusClient;
import com.digitalpetri.modbus.client.ModbusClientTransport;
import com.digitalpetri.modbus.client.ModbusRtuClient;
import com.digitalpetri.modbus.client.ModbusRtuClientTransport;
import com.digitalpetri.modbus.client.ModbusTcpClient;
import com.digitalpetri.modbus.exceptions.ModbusResponseException;
import com.digitalpetri.modbus.exceptions.ModbusTimeoutException;
import com.digitalpetri.modbus.pdu.ModbusRequestPdu;
import com.digitalpetri.modbus.pdu.ModbusResponsePdu;
import com.digitalpetri.modbus.pdu.ReadCoilsRequest;
import com.digitalpetri.modbus.pdu.ReadCoilsResponse;
import com.digitalpetri.modbus.pdu.ReadDiscreteInputsRequest;
import com.digitalpetri.modbus.pdu.ReadDiscreteInputsResponse;
import com.digitalpetri.modbus.pdu.ReadHoldingRegistersRequest;
import com.digitalpetri.modbus.pdu.ReadHoldingRegistersResponse;
import com.digitalpetri.modbus.pdu.ReadInputRegistersRequest;
import com.digitalpetri.modbus.pdu.ReadInputRegistersResponse;
import com.digitalpetri.modbus.tcp.client.NettyClientTransportConfig;
import com.digitalpetri.modbus.tcp.client.NettyRtuClientTransport;
import com.digitalpetri.modbus.tcp.client.NettyTcpClientTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import suimon.connector.modbus.BusFailure.Kind;
import suimon.reading.Ticker;

/** One open connection; one request at a time, for one thread. */
final class Bus implements AutoCloseable {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
    private static final Duration FAREWELL = Duration.ofSeconds(1);
    /** The library's own time-out comes first; this one is for a library that forgets. */
    private static final long SLACK_MILLIS = 2_000;

    private final ModbusClient client;
    private final String endpoint;
    private final long timeoutMillis;

    private Bus(ModbusClient client, ModbusSettings settings) {
        this.client = client;
        endpoint = settings.endpoint().toString();
        timeoutMillis = settings.timeout().toMillis();
    }

    static Bus open(ModbusSettings settings, Ticker ticker) throws BusFailure, InterruptedException {
        Bus bus = new Bus(client(settings, ticker), settings);
        try {
            bus.client.connectAsync().toCompletableFuture().get(
                    CONNECT_WITHIN.toMillis() + SLACK_MILLIS, TimeUnit.MILLISECONDS);
            return bus;
        } catch (ExecutionException failed) {
            bus.close();
            throw new BusFailure(Kind.BROKEN, "no connection to " + bus.endpoint + ": " + reason(failed)
                    + (settings.isSerial() ? "" : "; check the device's power, the cable and the address"));
        } catch (TimeoutException late) {
            bus.close();
            throw new BusFailure(Kind.BROKEN, "no connection to " + bus.endpoint + " within "
                    + CONNECT_WITHIN.toSeconds() + " s; check the device's power, the cable and the address");
        }
    }

    private static ModbusClient client(ModbusSettings settings, Ticker ticker) {
        Duration timeout = settings.timeout();
        if (settings.isTcp()) {
            return ModbusTcpClient.create(NettyTcpClientTransport.create(config -> at(settings, config)),
                    config -> config.setRequestTimeout(timeout));
        }
        ModbusRtuClientTransport transport = settings.isSerial()
                ? new SerialTransport(Path.of(settings.endpoint().getPath()), settings, ticker)
                : NettyRtuClientTransport.create(config -> at(settings, config));
        return ModbusRtuClient.create(new ExceptionCodes(transport), config -> config.setRequestTimeout(timeout));
    }

    private static void at(ModbusSettings settings, NettyClientTransportConfig.Builder config) {
        config.setHostname(settings.endpoint().getHost()).setPort(settings.port())
                .setConnectTimeout(CONNECT_WITHIN)
                // Reconnecting is ours: it must not hide that a connection was lost.
                .setConnectPersistent(false);
    }

    /** Reads a block; the answer has as many bytes as it must. */
    byte[] read(int unit, Block block) throws BusFailure, InterruptedException {
        String where = "unit " + unit + ", " + block;
        if (!client.isConnected()) {
            throw new BusFailure(Kind.BROKEN, endpoint + " closed the connection");
        }
        byte[] answer = bytes(send(unit, request(block), where));
        if (answer == null || answer.length < block.bytes()) {
            throw new BusFailure(Kind.SILENT, where + ": an answer of " + (answer == null ? 0 : answer.length)
                    + " bytes, expected " + block.bytes() + "; is this a Modbus device?");
        }
        return answer;
    }

    private ModbusResponsePdu send(int unit, ModbusRequestPdu request, String where)
            throws BusFailure, InterruptedException {
        CompletionStage<ModbusResponsePdu> sent = client.sendAsync(unit, request);
        try {
            return sent.toCompletableFuture().get(timeoutMillis + SLACK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw silent(where);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            if (cause instanceof ModbusResponseException refused) {
                int code = client.getTransport() instanceof ExceptionCodes codes
                        ? codes.last() : refused.getExceptionCode();
                throw BusFailure.exception(code, where);
            }
            if (cause instanceof ModbusTimeoutException || cause instanceof TimeoutException) {
                throw silent(where);
            }
            Kind kind = client.isConnected() ? Kind.SILENT : Kind.BROKEN;
            throw new BusFailure(kind, where + ": " + reason(failed));
        }
    }

    private BusFailure silent(String where) {
        return new BusFailure(Kind.SILENT, where + ": no answer within " + timeoutMillis
                + " ms; check the unit id, the device's power, and on a serial line baud, parity and wiring");
    }

    private static ModbusRequestPdu request(Block block) {
        return switch (block.table) {
            case COIL -> new ReadCoilsRequest(block.address, block.count);
            case DISCRETE -> new ReadDiscreteInputsRequest(block.address, block.count);
            case INPUT -> new ReadInputRegistersRequest(block.address, block.count);
            case HOLDING -> new ReadHoldingRegistersRequest(block.address, block.count);
        };
    }

    private static byte @Nullable [] bytes(ModbusResponsePdu answer) {
        return switch (answer) {
            case ReadCoilsResponse coils -> coils.coils();
            case ReadDiscreteInputsResponse inputs -> inputs.inputs();
            case ReadInputRegistersResponse input -> input.registers();
            case ReadHoldingRegistersResponse holding -> holding.registers();
            default -> null;
        };
    }

    private static String reason(ExecutionException failed) {
        Throwable cause = failed.getCause() == null ? failed : failed.getCause();
        while (cause.getCause() != null && cause.getMessage() == null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    @Override
    public void close() {
        ModbusClientTransport<?> transport = client.getTransport();
        try {
            transport.disconnect().toCompletableFuture().get(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException gone) {
            // It is given up either way.
        }
    }
}
