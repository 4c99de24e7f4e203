package suimon.app;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.jar.JarFile;

/**
 * Opens the jars of the class path from its end on a thread of its own, while the start looks
 * through it from its beginning: whoever asks for services reads the directories of all of them,
 * tens of thousands of entries, and a file that is open already shares its directory.
 */
final class ClassPathAhead {
    private final CountDownLatch released = new CountDownLatch(1);

    ClassPathAhead() {
        Thread.ofPlatform().daemon().name("class-path").start(this::run);
    }

    /** Lets go of the jars; the class path keeps those that it has opened itself. */
    void release() {
        released.countDown();
    }

    private void run() {
        List<JarFile> opened = new ArrayList<>();
        try {
            open(opened);
            released.await();
            for (JarFile jar : opened) {
                jar.close();
            }
        } catch (IOException | InterruptedException notThere) {
            // Who needs something of a jar that can't be read says so; this only goes ahead.
            return;
        }
    }

    private void open(List<JarFile> opened) throws IOException {
        String[] places = System.getProperty("java.class.path", "").split(File.pathSeparator);
        for (int index = places.length - 1; index >= 0 && released.getCount() > 0; index--) {
            if (places[index].endsWith(".jar")) {
                opened.add(new JarFile(new File(places[index])));
            }
        }
    }
}
