/** YAML files with known keys, whose faults are told with file, line and key. */
package io.github.shufflenet4j.yaml;
