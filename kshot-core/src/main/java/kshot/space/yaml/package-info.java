/**
 * YAML as a small tree whose every node knows its file and line, so that an error can point at it:
 * {@link kshot.space.yaml.YamlNode}. Reading it runs nothing and is bounded in size and depth.
 */
@NullMarked
package kshot.space.yaml;

import org.jspecify.annotations.NullMarked;
