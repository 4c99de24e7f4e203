package suimon.app;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Plays a small site to the gateway that an AOT cache is recorded of: a history until a model gives
 * its result, a page that is looked at, some seconds of readings. What a box does at each start has
 * then been done, and is in the cache.
 */
@Command(name = "rehearse", hidden = true, description = "Play a site to the gateway that an AOT cache is made of.")
final class RehearseCommand implements Callable<Integer> {
    /** What {@code training/gateway.yaml} decodes, and the input of its model. */
    private static final String MODEL_INPUT = "bench/pen0000/do";
    private static final int HOURS = 40;
    private static final double RATE = 500;
    private static final Duration SPAN = Duration.ofSeconds(10);
    /** Under the emulation of another processor all is twenty times slower. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long SEED = 1;
    private static final int PUBLISH = 3;
    private static final List<String> LOOKS = List.of("", "api/v1/overview", "api/v1/series", "api/v1/alarms",
            "api/v1/models", "api/v1/sources", "api/v1/links", "api/v1/gateway", "metrics", "health", "page.js");

    @Parameters(index = "0", paramLabel = "PORT", description = "the listener's")
    private int port;

    @Parameters(index = "1", paramLabel = "PAGE", description = "where the page is")
    private URI page = URI.create("http://127.0.0.1:8080/");

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Socket results = subscribed(); BenchLoad load = new BenchLoad(port, SEED)) {
            long now = System.currentTimeMillis();
            for (int hour = HOURS; hour >= 0; hour--) {
                load.publish(MODEL_INPUT, 6 + 2 * Math.cos(hour * Math.PI / 12), now - Duration.ofHours(hour).toMillis());
            }
            load.settle();
            boolean isForecast = awaitResult(results);
            System.out.println("rehearse: " + (isForecast ? "a result came" : "no result came"));
            for (String look : LOOKS) {
                look(look);
            }
            try (InputStream events = open("api/v1/events")) {
                events.readNBytes(16);
                load.run(RATE, SPAN);
            }
            return 0;
        }
    }

    /** A client of MQTT 3.1.1 (OASIS, sections 3.1 and 3.8) that wants all results. */
    private Socket subscribed() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) PATIENCE.toMillis());
        OutputStream out = socket.getOutputStream();
        out.write(new byte[] {0x10, 17, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0, 0, 5, 't', 'r', 'a', 'i', 'n'});
        byte[] filter = "suimon/#".getBytes(StandardCharsets.UTF_8);
        out.write(new byte[] {(byte) 0x82, (byte) (5 + filter.length), 0, 1, 0, (byte) filter.length});
        out.write(filter);
        out.write(0);
        return socket;
    }

    private static boolean awaitResult(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        try {
            while (true) {
                boolean isPublish = in.readUnsignedByte() >> 4 == PUBLISH;
                int length = 0;
                int part = 128;
                for (int shift = 0; part >= 128; shift += 7) {
                    part = in.readUnsignedByte();
                    length |= (part & 127) << shift;
                }
                in.readFully(new byte[length]);
                if (isPublish) {
                    return true;
                }
            }
        } catch (java.net.SocketTimeoutException late) {
            return false;
        }
    }

    private void look(String at) throws IOException {
        try (InputStream answer = open(at)) {
            answer.readAllBytes();
        } catch (java.io.FileNotFoundException notThere) {
            // A page of another version; what matters is that it was asked for.
            System.out.println("rehearse: nothing at " + at);
        }
    }

    private InputStream open(String at) throws IOException {
        URLConnection connection = page.resolve(at).toURL().openConnection();
        connection.setReadTimeout((int) PATIENCE.toMillis());
        return connection.getInputStream();
    }
}
