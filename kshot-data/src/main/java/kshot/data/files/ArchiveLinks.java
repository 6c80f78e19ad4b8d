package kshot.data.files;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The links of an archive, which are followed inside of it once all its entries are known. */
final class ArchiveLinks {
    private static final int MOST = 1_000_000;

    /** The most links, one to the next, that are followed: as many as Linux follows. */
    private static final int LONGEST_CHAIN = 40;

    /**
     * A link.
     *
     * @param path its own path
     * @param target the path that it leads to; empty if that is outside of the archive
     */
    private record Link(String path, Optional<String> target) {}

    private final TreeContents contents;
    private final List<Link> links = new ArrayList<>();

    ArchiveLinks(TreeContents contents) {
        this.contents = contents;
    }

    /**
     * Adds a link.
     *
     * @param name its own name
     * @param target for a hard link the name of another entry; for a symbolic one a path from the link's own folder
     */
    void add(String name, String target, boolean symbolic) throws IOException {
        if (links.size() == MOST) {
            throw new IOException("more than " + MOST + " links");
        }
        String path = TreeContents.normalized(name);
        links.add(new Link(path, inside(symbolic ? path : "", target)));
    }

    /** Returns the path that a target has below the root; empty if it leads out of the archive. */
    private static Optional<String> inside(String link, String target) {
        Deque<String> parts = new ArrayDeque<>(List.of(link.split("/", -1)));
        parts.removeLast();
        if (target.startsWith("/")) {
            return Optional.empty();
        }
        for (String part : target.split("/", -1)) {
            if (part.equals("..")) {
                if (parts.isEmpty()) {
                    return Optional.empty();
                }
                parts.removeLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return Optional.of(String.join("/", parts));
    }

    /** Follows all links: those that lead to files and folders become such; the others are left out. */
    void follow() throws IOException {
        List<Link> open = links;
        // Links may lead to links, so they are followed until none leads anywhere any more.
        for (int round = 0; round < LONGEST_CHAIN && !open.isEmpty(); round++) {
            NavigableMap<String, FileEntry> files = new TreeMap<>();
            contents.files().forEach(file -> files.put(file.path(), file));
            List<Link> next = new ArrayList<>();
            for (Link link : open) {
                if (!follow(link, files)) {
                    next.add(link);
                }
            }
            if (next.size() == open.size()) {
                break;
            }
            open = next;
        }
        for (Link link : open) {
            contents.leaveOut(link.path(), LeftOut.Reason.LINK, "");
        }
    }

    /** Adds what a link leads to under its own path; returns false if that is nothing, or a folder around the link. */
    private boolean follow(Link link, NavigableMap<String, FileEntry> files) throws IOException {
        String target = link.target().orElse("");
        if (target.isEmpty() || link.path().startsWith(target + "/")) {
            return false;
        }
        FileEntry file = files.get(target);
        Collection<FileEntry> found = file != null
                ? List.of(file)
                : files.subMap(target + "/", true, target + "0", false).values(); // '0' follows '/'
        for (FileEntry entry : found) {
            contents.addFile(link.path() + entry.path().substring(target.length()), entry);
        }
        return !found.isEmpty();
    }
}
