package suimon.connector.modbus;

import com.digitalpetri.modbus.exceptions.ModbusResponseException;
import com.digitalpetri.modbus.pdu.ReadCoilsRequest;
import com.digitalpetri.modbus.pdu.ReadCoilsResponse;
import com.digitalpetri.modbus.pdu.ReadHoldingRegistersRequest;
import com.digitalpetri.modbus.pdu.ReadHoldingRegistersResponse;
import com.digitalpetri.modbus.server.ModbusRequestContext;
import com.digitalpetri.modbus.server.ModbusRtuServer;
import com.digitalpetri.modbus.server.ModbusServer;
import com.digitalpetri.modbus.server.ModbusServices;
import com.digitalpetri.modbus.server.ModbusTcpServer;
import com.digitalpetri.modbus.tcp.server.NettyRtuServerTransport;
import com.digitalpetri.modbus.tcp.server.NettyTcpServerTransport;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The library's own server with registers that a test sets; all units look the same. */
final class Device implements ModbusServices {
    final int[] holding = new int[65_536];
    final BitSet coils = new BitSet();
    /** Addresses that don't exist: a request that touches one is refused with exception 2. */
    final Set<Integer> absent = ConcurrentHashMap.newKeySet();
    /** Each read takes the next one as the value of holding register 0. */
    final Queue<Integer> series = new ConcurrentLinkedQueue<>();
    /** How many registers each request asked for. */
    final Queue<Integer> requests = new ConcurrentLinkedQueue<>();
    private final ModbusServer server;

    private Device(int port, boolean isRtu) throws Exception {
        server = isRtu
                ? ModbusRtuServer.create(NettyRtuServerTransport.create(
                        config -> config.setBindAddress("127.0.0.1").setPort(port)), this)
                : ModbusTcpServer.create(NettyTcpServerTransport.create(
                        config -> config.setBindAddress("127.0.0.1").setPort(port)), this);
        server.start();
    }

    static Device tcp(int port) throws Exception {
        return new Device(port, false);
    }

    static Device rtuOverTcp(int port) throws Exception {
        return new Device(port, true);
    }

    @Override
    public ReadHoldingRegistersResponse readHoldingRegisters(
            ModbusRequestContext context, int unit, ReadHoldingRegistersRequest request)
            throws ModbusResponseException {
        requests.add(request.quantity());
        Integer next = series.poll();
        if (next != null) {
            holding[0] = next;
        }
        ByteBuffer bytes = ByteBuffer.allocate(request.quantity() * 2);
        for (int at = request.address(); at < request.address() + request.quantity(); at++) {
            if (absent.contains(at)) {
                throw new ModbusResponseException(3, 2);
            }
            bytes.putShort((short) holding[at]);
        }
        return new ReadHoldingRegistersResponse(bytes.array());
    }

    @Override
    public ReadCoilsResponse readCoils(ModbusRequestContext context, int unit, ReadCoilsRequest request) {
        byte[] bytes = new byte[(request.quantity() + 7) / 8];
        for (int at = 0; at < request.quantity(); at++) {
            if (coils.get(request.address() + at)) {
                bytes[at / 8] |= (byte) (1 << at % 8);
            }
        }
        return new ReadCoilsResponse(bytes);
    }

    void close() throws Exception {
        server.stop();
    }
}
