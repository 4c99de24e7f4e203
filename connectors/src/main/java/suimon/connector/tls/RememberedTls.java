package suimon.connector.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import suimon.config.FileStamp;

/**
 * A client's TLS that remembers its sessions from one connection to the next, so that the second handshake is an
 * abbreviated one: no certificates, which are most of its bytes. Made anew when a file has changed. Any thread.
 */
public final class RememberedTls {
    private final TlsFiles files;
    private List<FileStamp> stamps = List.of();
    private @Nullable SSLContext context;

    public RememberedTls(TlsFiles files) {
        this.files = files;
    }

    /** IOException names the file that is wrong. */
    public synchronized SSLContext context() throws IOException {
        List<FileStamp> now = new ArrayList<>();
        for (@Nullable Path file : new @Nullable Path[] {files.certificate(), files.key(), files.trusted()}) {
            if (file != null) {
                now.add(FileStamp.of(file));
            }
        }
        SSLContext known = context;
        if (known == null || !now.equals(stamps)) {
            known = PemFiles.context(files);
            context = known;
            stamps = now;
        }
        return known;
    }
}
