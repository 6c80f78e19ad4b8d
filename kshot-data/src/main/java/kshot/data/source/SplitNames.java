package kshot.data.source;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names that people give to the parts of a data set: folders, files, or values of a column. */
public final class SplitNames {
    /** A part of a data set. */
    public enum Role {
        /** Images to train on. */
        TRAIN("train|training|trn|trainval"),
        /** Images that watch a training. */
        VALIDATION("val|valid|validation|validate|dev|eval|evaluation|holdout"),
        /** Images to test on. */
        TEST("test|testing|tst"),
        /** Images without classes, to be classified. */
        UNLABELLED("pred|predict|prediction|predictions|unlabeled|unlabelled|submission|inference");

        private final Pattern words;

        Role(String words) {
            this.words = Pattern.compile("(" + words + ")(set|data|images?|imgs?|split)?");
        }
    }

    /** Words that say nothing about the part. */
    private static final Set<String> FILLERS = Set.of(
            "image",
            "images",
            "img",
            "imgs",
            "picture",
            "pictures",
            "photo",
            "photos",
            "set",
            "data",
            "dataset",
            "split",
            "folder",
            "dir",
            "files",
            "csv",
            "labels",
            "label",
            "annotations",
            "seg",
            "all",
            "full",
            "final",
            "resized",
            "cropped",
            "raw",
            "original",
            "ilsvrc",
            "imagenet",
            "new",
            "small",
            "large",
            "x",
            "y");

    private static final Pattern TOKEN = Pattern.compile("\\p{Lu}?[\\p{Ll}\\p{Lo}\\p{M}]+|\\p{Lu}+(?!\\p{Ll})");
    private static final Pattern STEM = Pattern.compile("(train|test|val|valid|eval)\\p{Lower}?|(train|test|valid).*");

    private SplitNames() {}

    /**
     * Returns the roles of names that stand side by side, in their order, without the names that have none. Words that all
     * of them share, such as the name of the data set, do not count.
     */
    public static Map<String, Role> roles(Collection<String> names) {
        Set<String> shared = new HashSet<>();
        Set<Role> said = new HashSet<>();
        List<String> splits = names.stream().filter(name -> said(name) != null).toList();
        for (String name : splits) {
            Set<String> tokens = new HashSet<>(tokens(name));
            if (said.isEmpty()) {
                shared.addAll(tokens);
            }
            shared.retainAll(tokens);
            said.add(said(name));
        }
        Set<String> ignored = new HashSet<>(FILLERS);
        if (said.size() > 1) {
            ignored.addAll(shared);
        }
        Map<String, Role> roles = new LinkedHashMap<>();
        for (String name : splits) {
            boolean onlyThat = tokens(name).stream().allMatch(token -> said(token) != null || ignored.contains(token));
            Role role = said(name);
            if (onlyThat && role != null) {
                roles.put(name, role);
            }
        }
        return roles;
    }

    /** Returns the role of one name; null if it has none. */
    public static @Nullable Role role(String name) {
        return roles(List.of(name)).get(name);
    }

    /** Returns whether a name may be that of a part, even if other words stand beside it. */
    public static boolean looksLikeSplit(String name) {
        return tokens(name).stream().anyMatch(token -> STEM.matcher(token).matches());
    }

    /** Returns the one role that words of a name say; null if none or several do. */
    private static @Nullable Role said(String name) {
        List<Role> said = new ArrayList<>();
        for (String token : tokens(name)) {
            Arrays.stream(Role.values())
                    .filter(role -> role.words.matcher(token).matches() && !said.contains(role))
                    .forEach(said::add);
        }
        return said.size() == 1 ? said.get(0) : null;
    }

    /** Returns the words of a name in lower case, without numbers and signs. */
    private static List<String> tokens(String name) {
        List<String> tokens = new ArrayList<>();
        for (Matcher token = TOKEN.matcher(name); token.find(); ) {
            tokens.add(token.group().toLowerCase(Locale.ROOT));
        }
        return tokens;
    }
}
