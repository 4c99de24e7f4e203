package suimon.fault;

import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A network of its own for one end of an emulated link: nothing in it reaches anything outside.
 * Tests that need one are skipped, with the reason, where this user may not make any.
 */
final class NetNamespace implements AutoCloseable {
    private static final int COMMAND_SECONDS_MAX = 20;

    private final String name;

    private NetNamespace(String name) {
        this.name = name;
    }

    /** @param role one letter or so, for whoever looks at the machine */
    static NetNamespace make(String role) throws IOException, InterruptedException {
        String name = "suimon-%d-%s".formatted(ProcessHandle.current().pid(), role);
        try {
            run(List.of("ip", "netns", "add", name));
        } catch (IOException refused) {
            Assumptions.abort("network namespaces are not allowed here: " + refused.getMessage());
        }
        NetNamespace made = new NetNamespace(name);
        made.ip("link", "set", "lo", "up");
        return made;
    }

    String name() {
        return name;
    }

    /** What a command line begins with to run inside. */
    List<String> prefix() {
        return List.of("ip", "netns", "exec", name);
    }

    /** {@code ip} inside. */
    void ip(String... arguments) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>(List.of("ip", "-n", name));
        command.addAll(List.of(arguments));
        run(command);
    }

    /** A socket that belongs to this network wherever it is used from. */
    Socket socket() throws IOException {
        return inside(() -> {
            Socket socket = new Socket();
            // Asking for an option is what makes the socket; connecting would do it too late.
            socket.setTcpNoDelay(true);
            return socket;
        });
    }

    /** Runs something on a thread of its own inside. */
    <T> T inside(Callable<T> task) throws IOException {
        FutureTask<T> here = new FutureTask<>(() -> {
            int fd = Syscalls.open("/var/run/netns/" + name, Syscalls.O_RDONLY);
            try {
                Syscalls.setns(fd, Syscalls.CLONE_NEWNET);
            } finally {
                Syscalls.close(fd);
            }
            return task.call();
        });
        Thread thread = Thread.ofPlatform().name("in-" + name).start(here);
        try {
            thread.join();
            return here.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException known ? known : new IOException(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            run(List.of("ip", "netns", "del", name));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said.strip());
        }
    }
}
