package suimon.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/**
 * The licences of a library, read from the project description (POM) that lies beside its jar in
 * the local Maven repository, or from the nearest parent that names any.
 */
final class Licences {
    /** A chain of parents is short; a longer one is a loop. */
    private static final int PARENTS_MAX = 10;

    private Licences() {}

    /** Empty when neither the library nor its parents name a licence. */
    static List<Licence> of(Path jar) throws IOException {
        Path pom = Path.of(jar.toString().replaceFirst("\\.jar$", ".pom"));
        Path repository = null;
        for (int depth = 0; depth < PARENTS_MAX && Files.isRegularFile(pom); depth++) {
            Element project = parse(pom);
            List<Licence> found = licences(project);
            if (!found.isEmpty()) {
                return found;
            }
            Element parent = child(project, "parent");
            if (parent == null) {
                return List.of();
            }
            if (repository == null) {
                repository = repository(jar, project);
            }
            pom = place(repository, parent);
        }
        return List.of();
    }

    private static List<Licence> licences(Element project) {
        List<Licence> found = new ArrayList<>();
        Element all = child(project, "licenses");
        for (Element one : all == null ? List.<Element>of() : children(all)) {
            found.add(new Licence(text(one, "name"), text(one, "url")));
        }
        return found;
    }

    /** The jar lies at group/artifact/version/file below the repository, the group's dots as folders. */
    private static Path repository(Path jar, Element project) {
        String group = text(project, "groupId");
        if (group.isEmpty()) {
            Element parent = child(project, "parent");
            group = parent == null ? "" : text(parent, "groupId");
        }
        int levels = 3 + group.split("\\.").length;
        return jar.toAbsolutePath().resolve("../".repeat(levels)).normalize();
    }

    private static Path place(Path repository, Element parent) {
        String artifact = text(parent, "artifactId");
        String version = text(parent, "version");
        return repository.resolve(text(parent, "groupId").replace('.', '/')).resolve(artifact).resolve(version)
                .resolve(artifact + "-" + version + ".pom");
    }

    private static Element parse(Path pom) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(pom.toFile()).getDocumentElement();
        } catch (SAXException | ParserConfigurationException failed) {
            throw new IOException(pom + ": not readable as a project description: " + failed.getMessage(), failed);
        }
    }

    private static @Nullable Element child(Element of, String name) {
        return children(of).stream().filter(one -> one.getTagName().equals(name)).findFirst().orElse(null);
    }

    private static List<Element> children(Element of) {
        List<Element> found = new ArrayList<>();
        for (Node node = of.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                found.add(element);
            }
        }
        return found;
    }

    private static String text(Element of, String name) {
        Element child = child(of, name);
        return child == null ? "" : child.getTextContent().strip().replaceAll("\\s+", " ");
    }
}
