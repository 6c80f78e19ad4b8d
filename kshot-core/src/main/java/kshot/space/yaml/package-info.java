/**
 * YAML documents as trees of {@link kshot.space.yaml.YamlNode}s. Every node knows its file and line, so that an error
 * can point at it. Reading a document runs nothing and is bounded in size and depth.
 */
@NullMarked
package kshot.space.yaml;

import org.jspecify.annotations.NullMarked;
