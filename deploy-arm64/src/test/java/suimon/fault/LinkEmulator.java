package suimon.fault;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;

/**
 * A link between two networks whose packets pass through this process, over two TUN devices: each
 * direction has its delay, loss, repetition and rate, which a test changes as it goes on. Counts
 * what is put into each direction, lost packets included, headers of IP and TCP included.
 */
final class LinkEmulator implements AutoCloseable {
    private static final long TUNSETIFF = 0x400454CAL;
    private static final short TUN_WITHOUT_HEADER = 0x1001;
    private static final int IFREQ_BYTES = 40;
    private static final int NAME_BYTES = 16;
    private static final int PACKET_MAX = 65_536;
    private static final int MTU = 1_400;
    private static final int LOOK_MILLIS = 50;
    private static int numbers;

    private final Way there;
    private final Way back;
    private final PriorityQueue<Packet> underWay = new PriorityQueue<>();
    private final Thread deliverer;
    private volatile boolean isClosed;
    private long order;

    private record Packet(long at, long order, int to, byte[] bytes) implements Comparable<Packet> {
        @Override
        public int compareTo(Packet other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
        }
    }

    /** From one device to the other. */
    private final class Way {
        final int from;
        final Thread reader;
        final AtomicLong bytes = new AtomicLong();
        final Random random;
        volatile LinkConditions conditions;
        volatile int to;
        long freeAt;

        Way(int from, LinkConditions conditions, long seed) {
            this.from = from;
            this.conditions = conditions;
            random = new Random(seed);
            reader = Thread.ofPlatform().daemon().name("link-" + from).unstarted(this::read);
        }

        private void read() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment buffer = arena.allocate(PACKET_MAX);
                while (!isClosed) {
                    int length = Syscalls.read(from, buffer, LOOK_MILLIS);
                    if (length > 0) {
                        take(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
                    }
                }
            } catch (IOException gone) {
                // The namespace was removed, and the device with it.
                isClosed = true;
            }
        }

        private void take(byte[] packet) {
            LinkConditions now = conditions;
            bytes.addAndGet(packet.length);
            if (random.nextDouble() < now.loss()) {
                return;
            }
            long time = System.nanoTime();
            long begin = Math.max(time, freeAt);
            if (begin - time > now.queueSeconds() * 1e9) {
                return;
            }
            freeAt = begin + (long) (packet.length * 8 / (now.kilobits() * 1e3) * 1e9);
            int times = random.nextDouble() < now.doubled() ? 2 : 1;
            for (int i = 0; i < times; i++) {
                double late = now.delayMillis() + Math.abs(random.nextGaussian()) * now.jitterMillis();
                deliver(freeAt + (long) (late * 1e6), to, packet);
            }
        }
    }

    private LinkEmulator(int near, int far, LinkConditions conditions, long seed) {
        there = new Way(near, conditions, seed);
        back = new Way(far, conditions, seed + 1);
        there.to = far;
        back.to = near;
        deliverer = Thread.ofPlatform().daemon().name("link-deliverer").unstarted(this::deliverAll);
    }

    /**
     * Joins two networks: {@code nearAddress} is the near end, {@code farAddress} the far one.
     *
     * @param seed of what is lost, repeated and late
     */
    static LinkEmulator between(
            NetNamespace near, String nearAddress, NetNamespace far, String farAddress,
            LinkConditions conditions, long seed) throws IOException, InterruptedException {
        int number;
        synchronized (LinkEmulator.class) {
            number = numbers++;
        }
        String tag = "%d%d".formatted(ProcessHandle.current().pid(), number);
        int nearDevice = device("sa" + tag, near, nearAddress, farAddress);
        int farDevice = device("sb" + tag, far, farAddress, nearAddress);
        LinkEmulator link = new LinkEmulator(nearDevice, farDevice, conditions, seed);
        link.there.reader.start();
        link.back.reader.start();
        link.deliverer.start();
        return link;
    }

    /** Both directions. */
    void set(LinkConditions conditions) {
        there.conditions = conditions;
        back.conditions = conditions;
    }

    void setThere(LinkConditions conditions) {
        there.conditions = conditions;
    }

    void setBack(LinkConditions conditions) {
        back.conditions = conditions;
    }

    /** Bytes put into the link at the near end. */
    long bytesThere() {
        return there.bytes.get();
    }

    /** Bytes put into the link at the far end. */
    long bytesBack() {
        return back.bytes.get();
    }

    private static int device(String name, NetNamespace home, String address, String peer)
            throws IOException, InterruptedException {
        int fd = 0;
        try {
            fd = Syscalls.open("/dev/net/tun", Syscalls.O_RDWR);
            ByteBuffer request = ByteBuffer.allocate(IFREQ_BYTES).order(ByteOrder.nativeOrder());
            request.put(name.getBytes(StandardCharsets.US_ASCII));
            request.putShort(NAME_BYTES, TUN_WITHOUT_HEADER);
            Syscalls.ioctl(fd, TUNSETIFF, request.array());
        } catch (IOException refused) {
            Assumptions.abort("TUN devices are not allowed here: " + refused.getMessage());
        }
        NetNamespace.run(java.util.List.of("ip", "link", "set", name, "netns", home.name()));
        home.ip("addr", "add", address, "peer", peer, "dev", name);
        home.ip("link", "set", name, "mtu", String.valueOf(MTU), "up");
        return fd;
    }

    private void deliver(long at, int to, byte[] packet) {
        synchronized (underWay) {
            underWay.add(new Packet(at, order++, to, packet));
        }
        LockSupport.unpark(deliverer);
    }

    private void deliverAll() {
        while (!isClosed) {
            long now = System.nanoTime();
            Packet due = null;
            long wait = LOOK_MILLIS * 1_000_000L;
            synchronized (underWay) {
                Packet next = underWay.peek();
                if (next != null && next.at() <= now) {
                    due = underWay.remove();
                } else if (next != null) {
                    wait = next.at() - now;
                }
            }
            if (due == null) {
                LockSupport.parkNanos(wait);
            } else {
                write(due);
            }
        }
    }

    private static void write(Packet packet) {
        try {
            Syscalls.write(packet.to(), packet.bytes());
        } catch (IOException full) {
            // A device that takes no more loses the packet, as any link does.
            return;
        }
    }

    @Override
    public void close() throws IOException {
        isClosed = true;
        LockSupport.unpark(deliverer);
        try {
            there.reader.join();
            back.reader.join();
            deliverer.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        Syscalls.close(there.from);
        Syscalls.close(back.from);
    }
}
